import { rpc } from '#services/rpc.ts'
import type { RoleProofs } from './role-proofs.ts'

/** The contract's `roleProof`. */
export function roleProofProcedures({ proofs }: { readonly proofs: RoleProofs }) {
  return {
    get: rpc.roleProof.get.handler(({ input }) => proofs.get(input.id)),
    prove: rpc.roleProof.prove.handler(({ input, signal }) => proofs.prove(input.id, input.taskId, signal)),
    mend: rpc.roleProof.mend.handler(({ input, signal }) => proofs.mend(input, signal)),
  }
}
