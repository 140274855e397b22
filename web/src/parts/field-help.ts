import { asSchemaNode, type OperationId, operationTable } from '@insula/contract';

/** What fields of the body of a call are for, in the words of the contract; `dns.servers` is one within another. */
export function fieldHelp(id: OperationId): (field: string) => string | undefined {
  const { body } = operationTable[id] as { readonly body?: Parameters<typeof asSchemaNode>[0] };
  return (field) =>
    field.split('.').reduce((node, name) => asSchemaNode(node.properties?.[name]), asSchemaNode(body))
      .description;
}
