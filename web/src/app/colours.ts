import type { MantineColorsTuple } from '@mantine/core';

export const teal: MantineColorsTuple = [
  '#eaf6f4',
  '#cfeae6',
  '#a0d8d0',
  '#6cc4b8',
  '#3fb1a4',
  '#1d9c8f',
  '#0f766e',
  '#0d655f',
  '#0a534e',
  '#07403c',
];

/** Slate instead of Mantine's neutral grey: text 0, dimmed 2, borders 4, surfaces 6, body 7. */
export const dark: MantineColorsTuple = [
  '#dbe2ea',
  '#bcc7d2',
  '#97a5b4',
  '#66758a',
  '#344252',
  '#28333f',
  '#1d2732',
  '#151d26',
  '#10161d',
  '#0b1015',
];

/** Dark enough at 6 for white text (WCAG AA). */
export const red: MantineColorsTuple = [
  '#fdf1f1',
  '#fadcdc',
  '#f3b6b6',
  '#ec8f8f',
  '#e56c6c',
  '#d94f4f',
  '#c23434',
  '#a82a2a',
  '#8c2222',
  '#6f1a1a',
];

/** What is not a shade of those, by what it is for. */
export const light = {
  body: '#ffffff',
  canvas: '#f5f7f9',
  // Mantine's own are too pale on white for WCAG AA
  dimmed: '#59636e',
  placeholder: '#6b7580',
  disabled: '#eef1f4',
  disabledText: '#5f6b77',
  disabledLine: '#d8dee4',
  chart: '#0f766e',
  line: '#e6eaee',
  ok: '#12805c',
  warn: '#a15c00',
  bad: '#c23434',
  info: '#2264b8',
  idle: '#66717d',
} as const;

export type Palette = Readonly<Record<keyof typeof light, string>>;

export const night: Palette = {
  body: '#151d26',
  canvas: '#10161d',
  dimmed: '#97a5b4',
  placeholder: '#8594a4',
  disabled: '#1d2732',
  disabledText: '#8594a4',
  disabledLine: '#344252',
  chart: '#3fb1a4',
  line: '#2a3643',
  ok: '#3ec08f',
  warn: '#e0a040',
  bad: '#ef7f7f',
  info: '#6ba8f0',
  idle: '#8e9cab',
};
