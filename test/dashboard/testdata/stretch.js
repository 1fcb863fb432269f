// TestEveryWidth puts this between the dashboard and the bank: every answer has the longest values that the contract allows.
(() => {
  const most = 2 ** 53 - 1;
  const longName = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3).slice(0, 100);
  const longText = 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(4).slice(0, 140);
  const words = { account_holder_name: longName, requested_by_name: longName, decided_by_name: longName, name: longName, note: longText, decision_note: longText, masked_name: longName, nickname: longName.slice(0, 50), client_address: '2001:0db8:85a3:1234:5678:8a2e:0370:7334', user_agent: longText.replace(/ä/g, 'a') };
  const sums = /^(total_amount|balance|balance_after|amount|debits|credits|spent|remaining|per_transfer|daily|monthly|limit|reversed_amount|held_balance|available_balance)$/;
  const holds = /^(held_amount|captured_amount)$/; // as much as one payment can move
  const counts = /^(accounts|locked_accounts|transactions_24h|transactions|pending|accounts_opened|failed_sign_ins|sequence)$/;

  function stretched(value, key) {
    if (Array.isArray(value)) return value.map((item) => stretched(item, key));
    if (value && typeof value === 'object' && 'decimals' in value) return value; // the bank chooses its currencies itself
    if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, stretched(member, name)]));
    if (key === 'currency') return window.stretchCurrency;
    if (typeof value === 'number' && sums.test(key)) return most;
    if (typeof value === 'number' && holds.test(key)) return 1_000_000_000_000;
    if (typeof value === 'number' && /^money_(in|out)$/.test(key)) return Math.floor(most / 31);
    if (typeof value === 'number' && counts.test(key)) return 999_999_999;
    if (key === 'description' && value) return longText;
    return typeof value === 'string' && words[key] ? words[key] : value;
  }

  /** @param {{ status: number, code: string, title: string }} problem */
  const refusal = (problem) => new Response(JSON.stringify({
    ...problem, type: `/problems/${problem.code}`, detail: `The request failed on our side. ${longText}`, request_id: 'r'.repeat(128),
  }), { status: problem.status, headers: { 'Content-Type': 'application/problem+json' } });

  const plain = window.fetch;
  window.fetch = async (...request) => {
    while (window.holdAnswers) await new Promise((resolve) => { setTimeout(resolve, 50); });
    if (window.refuseAnswers) return refusal(window.refuseAnswers);
    const response = await plain(...request);
    if (!response.headers.get('Content-Type')?.startsWith('application/json')) return response;
    return new Response(JSON.stringify(stretched(await response.json(), '')), { status: response.status, headers: response.headers });
  };
})();
