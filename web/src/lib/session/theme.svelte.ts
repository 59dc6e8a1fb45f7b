export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'offhook.theme';

class ThemeChoice {
  wished = $state<Theme>('system');

  constructor() {
    if (typeof localStorage !== 'undefined')
      this.use(this.as(localStorage.getItem(KEY)) ?? 'system');
  }

  as(word: unknown): Theme | undefined {
    return THEMES.find((theme) => theme === word);
  }

  use(theme: Theme): void {
    this.wished = theme;
    localStorage.setItem(KEY, theme);
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }
}

/** Light or dark; tokens.css does the rest. */
export const theme = new ThemeChoice();
