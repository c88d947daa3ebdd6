import { WholeFile } from '#services/files/whole-file.ts'
import type { FileSink } from '#services/platform.ts'
import { AppError } from '#shared/contract/errors.ts'
import { errorCode } from '#shared/error-code.ts'

/**
 * A file for a person, in a folder of theirs, with what goes wrong said in a sentence. What was there before stays as it is until the
 * new one is whole. @throws AppError UNAVAILABLE
 */
export async function openWholeFile(path: string): Promise<FileSink> {
  const file = await tried(() => WholeFile.open(path))
  return {
    write: (bytes) => tried(() => file.write(bytes)),
    finish: () => tried(() => file.finish()),
    discard: () => file.discard(),
  }
}

async function tried<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const cause = errorCode(error) || 'unknown'
    throw new AppError(
      'UNAVAILABLE',
      `The file cannot be written: ${reasons[cause] ?? cause}. Nothing was saved.`,
      { cause },
      { cause: error },
    )
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EACCES: 'its folder may not be written to',
  EPERM: 'its folder may not be written to',
  EROFS: 'its disk can only be read',
  ENOENT: 'its folder is not there any more',
  EISDIR: 'a folder has its name',
  EIO: 'its disk failed',
}
