/** How stages leave plain data behind. */
export { readArtifact, writeArtifact } from '../store/artifact.ts';
