import { getContext, setContext } from 'svelte';
import {
  api,
  ask,
  askAll,
  askTagged,
  isStale,
  type Source,
  type SourcePatch,
  type User,
} from '$lib/api';
import { changed, merge } from '$lib/api/merge';
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
  /** The configuration that is being changed, as it was stored. */
  #before = $state.raw(configOf({}));

  constructor(readonly id: number) {}

  get dirty(): boolean {
    return this.source !== undefined && changed(this.#before, this.config).length > 0;
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

  /** Shows it as it is stored; what was changed and not saved is gone. */
  async load(): Promise<void> {
    this.error = undefined;
    this.refused = undefined;
    try {
      const { data, tag } = await this.#stored();
      this.#take(data, tag);
      this.users = await askAll((query) => api.GET('/api/v1/users', { params: { query } }));
    } catch (problem) {
      this.error = problem;
    }
  }

  /** Shows what became of it meanwhile beside what was changed and not saved. */
  async follow(): Promise<void> {
    const { data, tag } = await this.#stored();
    this.#follow(data, tag);
  }

  /** Keeps the configuration; refused where somebody else changed it, unless that is wished. */
  async save(over = false): Promise<boolean> {
    this.saving = true;
    this.refused = undefined;
    try {
      const headers = { 'If-Match': over ? '*' : this.#tag };
      const body = $state.snapshot(this.config) as Config;
      const params = this.#path;
      const { data, tag } = await askTagged(
        api.PUT('/api/v1/sources/{id}/config', { params, headers, body: body as never }),
      );
      // What was typed meanwhile stays.
      this.#before = body;
      this.#follow(data, tag);
      return true;
    } catch (problem) {
      this.refused = problem;
      return false;
    } finally {
      this.saving = false;
    }
  }

  /** Changes its name or whether it takes events; errors are thrown. */
  change(body: Pick<SourcePatch, 'name' | 'enabled'>): Promise<void> {
    return this.#patch(body, '*');
  }

  /**
   * Changes how it is reached; errors are thrown. Refused where somebody else changed it, unless
   * that is wished.
   */
  connect(body: SourcePatch, over = false): Promise<void> {
    return this.#patch(body, over ? '*' : this.#tag);
  }

  async #patch(body: SourcePatch, tag: string): Promise<void> {
    const params = this.#path;
    const headers = { 'If-Match': tag };
    const answer = await askTagged(api.PATCH('/api/v1/sources/{id}', { params, headers, body }));
    this.#follow(answer.data, answer.tag);
  }

  async remove(): Promise<void> {
    await ask(api.DELETE('/api/v1/sources/{id}', { params: this.#path }));
  }

  #stored() {
    return askTagged(api.GET('/api/v1/sources/{id}', { params: this.#path }));
  }

  #take(source: Source, tag: string): void {
    this.source = source;
    this.#tag = tag;
    this.config = configOf(source.config);
    this.#before = configOf(source.config);
  }

  #follow(source: Source, tag: string): void {
    const theirs = configOf(source.config);
    const { values, conflicts } = merge(
      this.#before,
      theirs,
      $state.snapshot(this.config) as Config,
    );
    this.source = source;
    // With the revision it was changed from, it is not saved over theirs unseen.
    if (conflicts.length > 0) return;
    this.#tag = tag;
    this.#before = theirs;
    this.config = values;
  }
}

export const provideSource = (page: SourcePage): SourcePage => setContext(KEY, page);
export const useSource = (): SourcePage => getContext<SourcePage>(KEY);
