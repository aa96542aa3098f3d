/** bcrypt-pbkdf has no types of its own: what key-file.ts uses of it. */
declare module "bcrypt-pbkdf" {
  const bcrypt: {
    /** Bytes of one hash: 32. */
    readonly HASHSIZE: number;
    /** Two digests of 64 bytes into `out`; takes some 13 ms. */
    hash(sha2pass: Uint8Array, sha2salt: Uint8Array, out: Uint8Array): void;
  };
  export default bcrypt;
}
