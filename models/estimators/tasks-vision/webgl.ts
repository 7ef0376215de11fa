/**
 * The part of WebGL 2 that MediaPipe Tasks touches with its CPU delegate: a picture goes in as a texture and is
 * read back through a framebuffer. Nothing is drawn. Calls seen: those below, with @mediapipe/tasks-vision 1.1.0.
 * Numbers: Khronos WebGL 1.0 and 2.0 specifications, section "WebGLRenderingContext" constants.
 */
import type { RgbFrame } from '../../../src/core/types.ts';

const VENDOR = 0x1f00;
const RENDERER = 0x1f01;
const VERSION = 0x1f02;
const SHADING_LANGUAGE_VERSION = 0x8b8c;
const MAX_TEXTURE_SIZE = 0x0d33;
const FRAMEBUFFER_BINDING = 0x8ca6;
const TEXTURE_BINDING_2D = 0x8069;
const TEXTURE0 = 0x84c0;
const FRAMEBUFFER_COMPLETE = 0x8cd5;
const CONDITION_SATISFIED = 0x911c;

/** Larger than any video; MediaPipe refuses a picture beyond it. */
const LARGEST_SIDE = 16384;

interface Texture {
  frame: RgbFrame | null;
}

interface Framebuffer {
  texture: Texture | null;
}

class SoftwareWebGl2 {
  readonly TEXTURE_2D = 0x0de1;
  readonly TEXTURE_WRAP_S = 0x2802;
  readonly TEXTURE_WRAP_T = 0x2803;
  readonly TEXTURE_MAG_FILTER = 0x2800;
  readonly TEXTURE_MIN_FILTER = 0x2801;
  readonly CLAMP_TO_EDGE = 0x812f;
  readonly LINEAR = 0x2601;
  readonly NEAREST = 0x2600;
  readonly RGBA = 0x1908;
  readonly RGBA8 = 0x8058;
  readonly UNSIGNED_BYTE = 0x1401;
  readonly FLOAT = 0x1406;
  readonly FRAMEBUFFER = 0x8d40;
  readonly COLOR_ATTACHMENT0 = 0x8ce0;
  readonly FRAMEBUFFER_COMPLETE = FRAMEBUFFER_COMPLETE;
  readonly MAX_TEXTURE_SIZE = MAX_TEXTURE_SIZE;
  readonly VERSION = VERSION;
  readonly UNPACK_FLIP_Y_WEBGL = 0x9240;

  readonly canvas: SoftwareCanvas;
  readonly drawingBufferWidth = 1;
  readonly drawingBufferHeight = 1;
  private readonly textures = new Map<number, Texture | null>();
  private unit = TEXTURE0;
  private framebuffer: Framebuffer | null = null;

  constructor(canvas: SoftwareCanvas) {
    this.canvas = canvas;
  }

  getContextAttributes(): Record<string, boolean> {
    return { alpha: true, antialias: false, depth: false, stencil: false, premultipliedAlpha: true };
  }

  isContextLost(): boolean {
    return false;
  }

  getError(): number {
    return 0;
  }

  getSupportedExtensions(): string[] {
    return ['EXT_color_buffer_float'];
  }

  getExtension(name: string): object | null {
    return name === 'EXT_color_buffer_float' ? {} : null;
  }

  getParameter(name: number): unknown {
    if (name === VERSION) return 'WebGL 2.0 (software)';
    if (name === SHADING_LANGUAGE_VERSION) return 'WebGL GLSL ES 3.00';
    if (name === VENDOR || name === RENDERER) return 'software';
    if (name === MAX_TEXTURE_SIZE) return LARGEST_SIDE;
    if (name === FRAMEBUFFER_BINDING) return this.framebuffer;
    if (name === TEXTURE_BINDING_2D) return this.textures.get(this.unit) ?? null;
    return 0;
  }

  activeTexture(unit: number): void {
    this.unit = unit;
  }

  createTexture(): Texture {
    return { frame: null };
  }

  bindTexture(_target: number, texture: Texture | null): void {
    this.textures.set(this.unit, texture);
  }

  texParameteri(): void {}

  pixelStorei(): void {}

  /** texImage2D(target, level, internalFormat, format, type, source): the source is one of our frames. */
  texImage2D(...args: unknown[]): void {
    const texture = this.textures.get(this.unit);
    if (args.length !== 6 || !texture)
      throw new TypeError('software WebGL takes a frame as a whole texture only');
    texture.frame = args[5] as RgbFrame;
  }

  deleteTexture(texture: Texture | null): void {
    if (texture) texture.frame = null;
  }

  createFramebuffer(): Framebuffer {
    return { texture: null };
  }

  bindFramebuffer(_target: number, framebuffer: Framebuffer | null): void {
    this.framebuffer = framebuffer;
  }

  framebufferTexture2D(_target: number, _attachment: number, _kind: number, texture: Texture | null): void {
    if (this.framebuffer) this.framebuffer.texture = texture;
  }

  checkFramebufferStatus(): number {
    return FRAMEBUFFER_COMPLETE;
  }

  deleteFramebuffer(framebuffer: Framebuffer | null): void {
    if (framebuffer) framebuffer.texture = null;
  }

  /** RGBA bytes of a rectangle of the bound picture, alpha full. */
  readPixels(
    x: number,
    y: number,
    width: number,
    height: number,
    _format: number,
    _type: number,
    into: ArrayBufferView & { BYTES_PER_ELEMENT?: number },
    offset = 0,
  ): void {
    const frame = this.framebuffer?.texture?.frame;
    if (!frame) return;
    const start = into.byteOffset + offset * (into.BYTES_PER_ELEMENT ?? 1);
    const rgba = new Uint8Array(into.buffer, start, width * height * 4);
    const { data } = frame;
    for (let row = 0, to = 0; row < height; row++) {
      let from = ((y + row) * frame.width + x) * 3;
      for (let column = 0; column < width; column++, from += 3, to += 4) {
        rgba[to] = data[from];
        rgba[to + 1] = data[from + 1];
        rgba[to + 2] = data[from + 2];
        rgba[to + 3] = 255;
      }
    }
  }

  fenceSync(): object {
    return {};
  }

  clientWaitSync(): number {
    return CONDITION_SATISFIED;
  }

  deleteSync(): void {}

  flush(): void {}

  finish(): void {}
}

/** A canvas that hands out one such context. */
export class SoftwareCanvas {
  width = 1;
  height = 1;
  readonly style = {};
  /** Emscripten's mark of a canvas that needs no work-around for Safari's getContext. */
  readonly getContextSafariWebGL2Fixed = true;
  private readonly gl = new SoftwareWebGl2(this);

  getContext(kind: string): SoftwareWebGl2 | null {
    return kind === 'webgl2' ? this.gl : null;
  }

  addEventListener(): void {}

  removeEventListener(): void {}
}
