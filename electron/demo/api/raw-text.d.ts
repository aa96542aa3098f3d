/** Vite's "?raw": the file's text, put into the bundle. */
declare module "*.graphql?raw" {
  const text: string;
  export default text;
}
