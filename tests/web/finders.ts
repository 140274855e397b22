import type { Locator, Page } from 'playwright-core';

/** A page, or a part of it. */
type Place = Pick<Page, 'getByRole'>;

/** What is looked for on the pages of the panel again and again. `page` answers where, unless a call says so. */
export function finders(page: () => Page) {
  const button = (name: string, on: Place = page()): Locator => on.getByRole('button', { name, exact: true });
  const row = (name: string, on: Place = page()): Locator => on.getByRole('row').filter({ hasText: name });
  const dialog = (on: Place = page()): Locator => on.getByRole('dialog');
  /** A field of the form that is open; one that must be filled has a star behind its name. */
  const field = (label: string): Locator =>
    dialog()
      .getByLabel(new RegExp(`^${label}( \\*)?$`))
      .first();

  return {
    button,
    row,
    dialog,
    field,
    /** Chooses from the list of a field. */
    async choose(label: string, option: string): Promise<void> {
      await field(label).click();
      await page().getByRole('option', { name: option, exact: true }).click();
    },
    /** Chooses from the menu of a row. */
    async menu(name: string, item: string): Promise<void> {
      await button(name).click();
      await page().getByRole('menuitem', { name: item, exact: true }).click();
      // it fades away, and what is half seen is no text that anybody could read
      await page().getByRole('menu').first().waitFor({ state: 'hidden' });
    },
    /** Types the name of what is about to be lost, and goes on. */
    async confirm(name: string, verb: string): Promise<void> {
      await page().getByLabel(`Type ${name} to confirm`).fill(name);
      await dialog().last().getByRole('button', { name: verb }).click();
    },
  };
}
