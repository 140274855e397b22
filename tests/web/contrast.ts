import type { Page } from 'playwright-core';

/*
 * axe leaves out what is disabled, as WCAG lets it. Here it says why it is: it has to be read.
 */
const measure = `
(() => {
  const channels = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const over = ({ rgb, a }, ground) => rgb.map((part, at) => part * a + ground[at] * (1 - a));
  const groundOf = (element) => {
    if (element === null) return [255, 255, 255];
    const colour = channels(getComputedStyle(element).backgroundColor);
    return colour.a === 1 ? colour.rgb : over(colour, groundOf(element.parentElement));
  };
  const opacityOf = (element) =>
    element === null ? 1 : Number(getComputedStyle(element).opacity) * opacityOf(element.parentElement);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((part) => part / 255).map((part) =>
      part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return [...document.querySelectorAll('[aria-disabled=true]')].filter((element) => element.checkVisibility()).map((element) => {
    const ground = groundOf(element);
    const text = over({ rgb: channels(getComputedStyle(element).color).rgb, a: opacityOf(element) }, ground);
    const [brighter, darker] = [luminance(text), luminance(ground)].sort((a, b) => b - a);
    return { name: element.textContent, contrast: (brighter + 0.05) / (darker + 0.05) };
  });
})()`;

/** How well one reads each thing on a page that cannot be done: its contrast as WCAG 2 has it. */
export async function contrastOfRefused(
  page: Page,
): Promise<readonly { readonly name: string; readonly contrast: number }[]> {
  return await page.evaluate(measure);
}
