declare module 's3rver' {
  export default class S3rver {
    constructor(options: object);
    run(): Promise<import('node:net').AddressInfo>;
    close(): Promise<void>;
  }
}
