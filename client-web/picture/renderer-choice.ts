/**
 * Chooses WebGL or plain canvas. A browser without a graphics card emulates WebGL on the processor, at a few
 * frames a second; for a picture this simple, its canvas is several times faster.
 */
export type RendererChoice = ("webgl" | "canvas")[];

const emulators = /swiftshader|llvmpipe|softpipe|software|basic render/i;

export function rendererChoice(): RendererChoice {
  const driver = webglDriver();
  return driver === undefined || emulators.test(driver) ? ["canvas"] : ["webgl", "canvas"];
}

/** Undefined when there is no WebGL at all. */
function webglDriver(): string | undefined {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return undefined;
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const driver = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  // Browsers allow few contexts at a time, and this one is no longer needed.
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return driver;
}
