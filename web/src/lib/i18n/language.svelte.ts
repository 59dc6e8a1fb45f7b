export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = 'offhook.language';

/** The language spoken, if it is one of ours. */
export function asLanguage(word: string | null | undefined): Language | undefined {
  return LANGUAGES.find((language) => word?.toLowerCase().split('-')[0] === language);
}

function first(): Language {
  if (typeof window === 'undefined') return 'en';
  const wished = [localStorage.getItem(KEY), ...navigator.languages];
  return wished.map(asLanguage).find((language) => language !== undefined) ?? 'en';
}

class Speech {
  #language = $state<Language>(first());

  get language(): Language {
    return this.#language;
  }

  /** Speaks it from now on, here; the session keeps it for the user's other browsers. */
  use(language: Language): void {
    this.#language = language;
    localStorage.setItem(KEY, language);
  }
}

/** The language of the page. What reads it is written anew when it changes. */
export const speech = new Speech();
