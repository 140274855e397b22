import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core';

const teal: MantineColorsTuple = [
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
const dark: MantineColorsTuple = [
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
const red: MantineColorsTuple = [
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

export const theme: MantineThemeOverride = createTheme({
  colors: { teal, dark, red },
  primaryColor: 'teal',
  primaryShade: { light: 6, dark: 7 },
  defaultRadius: 'sm',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.3' },
      h2: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm' } },
    MultiSelect: { defaultProps: { size: 'sm' } },
    Table: {
      defaultProps: {
        borderColor: 'var(--insula-line)',
        verticalSpacing: 6,
        horizontalSpacing: 'sm',
        highlightOnHover: true,
      },
    },
    Tooltip: { defaultProps: { withArrow: true, multiline: true, maw: 320, openDelay: 250 } },
    Modal: { defaultProps: { centered: true } },
    // the focus goes to the first item; what it would go to otherwise has no place in a menu (ARIA)
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // its own grey is too pale for WCAG AA
    Notification: { styles: { description: { color: 'var(--mantine-color-dimmed)' } } },
    Card: { defaultProps: { withBorder: true, padding: 'md' } },
  },
});

/** Mantine's dimmed text is too pale on white for WCAG AA. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#59636e',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-placeholder': '#6b7580',
    '--insula-canvas': '#f5f7f9',
    '--insula-chart': '#0f766e',
    '--insula-line': '#e6eaee',
    '--insula-ok': '#12805c',
    '--insula-warn': '#a15c00',
    '--insula-bad': '#c23434',
    '--insula-info': '#2264b8',
    '--insula-idle': '#68737f',
  },
  dark: {
    '--mantine-color-dimmed': '#97a5b4',
    '--mantine-color-placeholder': '#8594a4',
    '--mantine-color-teal-light': 'rgba(63, 177, 164, 0.16)',
    '--mantine-color-teal-light-hover': 'rgba(63, 177, 164, 0.22)',
    '--insula-canvas': '#10161d',
    '--insula-chart': '#3fb1a4',
    '--insula-line': '#2a3643',
    '--insula-ok': '#3ec08f',
    '--insula-warn': '#e0a040',
    '--insula-bad': '#ef7f7f',
    '--insula-info': '#6ba8f0',
    '--insula-idle': '#8e9cab',
  },
});
