/**
 * Where a caller must hold the permission of a call.
 * ve: on the VE that path or query names · node: on the node · operation: on what the operation of the path is about · somewhere:
 * anywhere at all, and then the answer holds what may be read, and what comes of the call is judged itself · own: everybody who is
 * known may, about himself · named: on the VE that the field `ve` of the body names, else on the node · open: everybody may
 */
export type CallScope = 've' | 'node' | 'operation' | 'somewhere' | 'named' | 'own' | 'open';
