/** Small named documents as objects: documents/<name>.json. */
import { checkedName, DOCUMENTS, type Documents, EXTENSION, pageOf, parseDocument } from './documents.ts';
import type { S3Objects } from './s3-objects.ts';

export function objectDocuments(objects: S3Objects): Documents {
  const objectOf = (name: string) => `${DOCUMENTS}/${checkedName(name)}${EXTENSION}`;
  return {
    async read<T>(name: string) {
      const text = await objects.text(objectOf(name));
      return text === null ? null : parseDocument<T>(name, text);
    },
    write: async (name, value) => objects.putText(objectOf(name), JSON.stringify(value)),
    create: async (name, value) => objects.createText(objectOf(name), JSON.stringify(value)),
    remove: async name => objects.remove([objectOf(name)]),
    async list(folder, page) {
      const below = folder === '' ? `${DOCUMENTS}/` : `${DOCUMENTS}/${checkedName(folder)}/`;
      const names: string[] = [];
      for await (const { name } of objects.list(below))
        if (name.endsWith(EXTENSION)) names.push(name.slice(DOCUMENTS.length + 1, -EXTENSION.length));
      return pageOf(names, page);
    },
  };
}
