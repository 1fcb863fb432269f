// Returns every locale that this browser has data for. It does not list them, so these are the combinations of all languages,
// scripts and regions that a format resolves to.
() => {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const pairs = letters.flatMap((a) => letters.map((b) => a + b));
  const named = (type, codes) => {
    const names = new Intl.DisplayNames('en', { type, fallback: 'none' });
    return codes.filter((code) => names.of(code));
  };
  const languages = Intl.NumberFormat.supportedLocalesOf([...pairs, ...pairs.flatMap((pair) => letters.map((letter) => pair + letter))])
    .filter((tag) => !tag.includes('-')); // "sh" is sr-Latn by another name
  const scripts = named('script', ['Adlm', 'Arab', 'Beng', 'Cyrl', 'Deva', 'Guru', 'Hans', 'Hant', 'Latn', 'Mong', 'Mtei', 'Olck', 'Telu', 'Tfng', 'Vaii']);
  const regions = named('region', [...pairs.map((pair) => pair.toUpperCase()), '001', '150', '419']);
  const has = (tag) => new Intl.NumberFormat(tag).resolvedOptions().locale === tag;
  const written = languages.flatMap((language) => [language, ...scripts.map((script) => `${language}-${script}`).filter(has)]);
  return [...written, ...written.flatMap((tag) => regions.map((region) => `${tag}-${region}`).filter(has))];
}
