let kept = taken();

/**
 * What a provider sent the browser back with, once. It is taken out of the address before anything is shown: addresses are kept, shared
 * and sent on.
 */
export function takeProviderAnswer(): string | null {
  const answer = kept;
  kept = null;
  return answer;
}

function taken(): string | null {
  const { pathname, search } = location;
  if (pathname !== '/login' || search === '') return null;
  history.replaceState(null, '', '/');
  return search.slice(1);
}
