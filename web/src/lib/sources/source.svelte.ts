import { getContext, setContext } from 'svelte';
import { api, ask, askTagged, isStale, type Source, type SourcePatch, type User } from '$lib/api';
import { configOf, wrongPaths, type Config } from './config';

const KEY = Symbol('source');

/** A source on its pages: as it is stored, and as it is being changed. */
export class SourcePage {
  source = $state.raw<Source>();
  users = $state.raw<User[]>([]);
  config = $state<Config>(configOf({}));
  error = $state<unknown>();
  /** What was wrong with the last try to save. */
  refused = $state<unknown>();
  saving = $state(false);
  #tag = '*';
  #stored = $state('');

  constructor(readonly id: number) {}

  get dirty(): boolean {
    return this.source !== undefined && JSON.stringify(this.config) !== this.#stored;
  }

  get wrong(): Set<string> {
    return wrongPaths(this.config);
  }

  get isStale(): boolean {
    return isStale(this.refused);
  }

  get #path() {
    return { path: { id: this.id } };
  }

  async load(): Promise<void> {
    this.error = undefined;
    this.refused = undefined;
    try {
      const found = await askTagged(api.GET('/api/v1/sources/{id}', { params: this.#path }));
      this.#take(found.data, found.tag);
      const { items } = await ask(api.GET('/api/v1/users'));
      this.users = items;
    } catch (problem) {
      this.error = problem;
    }
  }

  /** Keeps the configuration; refused where somebody else changed it, unless that is wished. */
  async save(over = false): Promise<boolean> {
    this.saving = true;
    this.refused = undefined;
    try {
      const headers = { 'If-Match': over ? '*' : this.#tag };
      const body = $state.snapshot(this.config) as never;
      const params = this.#path;
      const { data, tag } = await askTagged(
        api.PUT('/api/v1/sources/{id}/config', { params, headers, body }),
      );
      this.#take(data, tag);
      return true;
    } catch (problem) {
      this.refused = problem;
      return false;
    } finally {
      this.saving = false;
    }
  }

  /**
   * Changes its name, whether it takes events, or how it is reached; errors are thrown. A
   * configuration is not put over that of somebody else.
   */
  async change(body: SourcePatch): Promise<void> {
    const params = this.#path;
    const headers = 'config' in body ? { 'If-Match': this.#tag } : {};
    const { data, tag } = await askTagged(
      api.PATCH('/api/v1/sources/{id}', { params, headers, body }),
    );
    this.source = data;
    this.#tag = tag;
  }

  async remove(): Promise<void> {
    await ask(api.DELETE('/api/v1/sources/{id}', { params: this.#path }));
  }

  #take(source: Source, tag: string): void {
    this.source = source;
    this.#tag = tag;
    this.config = configOf(source.config);
    this.#stored = JSON.stringify(this.config);
  }
}

export const provideSource = (page: SourcePage): SourcePage => setContext(KEY, page);
export const useSource = (): SourcePage => getContext<SourcePage>(KEY);
