// What a request may hold and what it answers, read off the types that are generated from the contract.
import type { components, paths } from './api';

export type Schemas = components['schemas'];
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export type PathsOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: { responses: unknown } } ? P : never;
}[keyof paths];

type Operation<M extends Method, P extends keyof paths> = paths[P] extends { [K in M]: infer O } ? O : never;

type Parameters<O> = O extends { parameters: infer A } ? A : never;
type Part<A, N extends string> = A extends { [K in N]: infer V } ? { [K in N]: V } : A extends { [K in N]?: infer V } ? { [K in N]?: V } : {};
type Body<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? { body: B }
  : O extends { requestBody?: { content: { 'application/json': infer B } } } ? { body?: B } : {};

/** The path's and the query's parameters, the body, and the idempotency key of an operation, as far as it has them. */
export type Request<M extends Method, P extends keyof paths> =
  Part<Parameters<Operation<M, P>>, 'path'> & Part<Parameters<Operation<M, P>>, 'query'> & Body<Operation<M, P>>
  & { idempotencyKey?: string; signal?: AbortSignal };

type Content<R> = R extends { content: { 'application/json': infer B } } ? B : undefined;

/** What an operation answers when all is well. */
export type Answer<M extends Method, P extends keyof paths> =
  Operation<M, P> extends { responses: infer R }
    ? R extends { 200: infer A } ? Content<A> : R extends { 201: infer A } ? Content<A> : undefined
    : never;
