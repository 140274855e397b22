import { type CSSVariablesResolver, createTheme, type MantineThemeOverride } from '@mantine/core';
import { text } from '../text/index.ts';
import { dark, light, night, type Palette, red, teal } from './colours.ts';

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
    Notification: {
      defaultProps: { closeButtonProps: { 'aria-label': text.common.dismiss } },
      // its own grey is too pale for WCAG AA
      styles: { description: { color: 'var(--mantine-color-dimmed)' } },
    },
    Card: { defaultProps: { withBorder: true, padding: 'md' } },
  },
});

const variablesOf = (palette: Palette) => ({
  '--mantine-color-body': palette.body,
  '--mantine-color-dimmed': palette.dimmed,
  '--mantine-color-placeholder': palette.placeholder,
  '--mantine-color-disabled': palette.disabled,
  '--mantine-color-disabled-color': palette.disabledText,
  '--mantine-color-disabled-border': palette.disabledLine,
  '--insula-canvas': palette.canvas,
  '--insula-chart': palette.chart,
  '--insula-line': palette.line,
  '--insula-ok': palette.ok,
  '--insula-warn': palette.warn,
  '--insula-bad': palette.bad,
  '--insula-info': palette.info,
  '--insula-idle': palette.idle,
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: variablesOf(light),
  dark: {
    ...variablesOf(night),
    '--mantine-color-teal-light': 'rgba(63, 177, 164, 0.16)',
    '--mantine-color-teal-light-hover': 'rgba(63, 177, 164, 0.22)',
  },
});
