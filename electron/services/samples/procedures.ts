import { rpc } from '#services/rpc.ts'
import type { Samples } from './samples.ts'

export function sampleProcedures({ samples }: { readonly samples: Samples }) {
  return {
    state: rpc.sample.state.handler(() => samples.state()),
    start: rpc.sample.start.handler(({ input, signal }) => samples.start(input.taskId, signal)),
    stop: rpc.sample.stop.handler(() => samples.stop()),
    breakSomething: rpc.sample.breakSomething.handler(() => samples.breakSomething()),
    mend: rpc.sample.mend.handler(() => samples.mend()),
    remove: rpc.sample.remove.handler(() => samples.remove()),
  }
}
