import { provider } from './provider.js';

// A browser just good enough for the hosted pages: cookies per host, redirects, forms and links. It stops where the
// application would take over.
export class Browser {
  #cookies = new Map();

  // Follows from `url` through every page until the browser is sent to `until`; returns that address as a URL.
  // `choose` gets the page and returns the form or link to take.
  async walk(url, until, choose) {
    const seen = [];
    for (let hops = 0; hops < 20; hops += 1) {
      const page = await this.#get(url);
      seen.push(`${page.status} ${url}`);
      if (page.location) {
        if (page.location.startsWith(until)) return new URL(page.location);
        url = page.location;
        continue;
      }
      const step = choose(page);
      if (!step) throw new Error(`no way on from a page of ${url} (${page.status}):\n${page.html.slice(0, 2000)}\nby way of\n${seen.join('\n')}`);
      if (step.method === 'POST') {
        const posted = await this.#send(step.url, { method: 'POST', body: step.fields });
        if (posted.location?.startsWith(until)) return new URL(posted.location);
        if (!posted.location) throw new Error(`posting to ${step.url} answered ${posted.status}: ${posted.html.slice(0, 1000)}`);
        url = posted.location;
      } else {
        url = step.url;
      }
    }
    throw new Error(`going round in circles:\n${seen.join('\n')}`);
  }

  async open(url) {
    return this.#get(url);
  }

  #get(url) {
    return this.#send(url, { method: 'GET' });
  }

  async #send(url, { method, body }) {
    const host = new URL(url).host;
    const jar = this.#cookies.get(host) ?? new Map();
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { method, body, redirect: 'manual', headers: { Accept: 'text/html', ...(cookie ? { Cookie: cookie } : {}) } });
    for (const line of answer.headers.getSetCookie()) {
      const [name, ...value] = line.split(';')[0].split('=');
      jar.set(name.trim(), value.join('='));
    }
    this.#cookies.set(host, jar);
    const location = answer.headers.get('location');
    const html = await answer.text();
    return { url, status: answer.status, headers: answer.headers, html, location: location && new URL(location, url).href };
  }
}

const unescape = (text) => text.replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint(parseInt(hex, 16)))
  .replace(/&#(\d+);/g, (_, digits) => String.fromCodePoint(Number(digits)))
  .replace(/&quot;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
const attribute = (tag, name) => {
  const found = tag.match(new RegExp(`\\b${name}\\s*=\\s*("([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i'));
  return found ? unescape(found[2] ?? found[3] ?? found[4]) : undefined;
};

// Every form of a page, with its fields as a browser would send them: `press` names the button.
export function forms(page) {
  return [...page.html.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/gi)].map(([html]) => {
    const open = html.match(/<form\b[^>]*>/i)[0];
    const inputs = [...html.matchAll(/<input\b[^>]*>/gi)].map(([tag]) => tag);
    const buttons = [...html.matchAll(/<button\b[^>]*>[\s\S]*?<\/button>/gi)].map(([button]) => ({
      name: attribute(button.match(/<button\b[^>]*>/i)[0], 'name'),
      value: attribute(button.match(/<button\b[^>]*>/i)[0], 'value') ?? '',
      text: unescape(button.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').trim()),
    }));
    return {
      html,
      buttons,
      press(button) {
        const fields = new URLSearchParams();
        for (const tag of inputs) {
          const [type, name] = [attribute(tag, 'type') ?? 'text', attribute(tag, 'name')];
          const on = !['checkbox', 'radio'].includes(type) || /\bchecked\b/i.test(tag);
          if (name && on && type !== 'submit') fields.append(name, attribute(tag, 'value') ?? (type === 'checkbox' ? 'on' : ''));
        }
        if (button?.name) fields.append(button.name, button.value);
        const action = new URL(attribute(open, 'action') || page.url, page.url);
        if ((attribute(open, 'method') ?? 'get').toLowerCase() === 'post') return { method: 'POST', url: action.href, fields };
        action.search = fields.toString();
        return { method: 'GET', url: action.href };
      },
    };
  });
}

export function links(page) {
  return [...page.html.matchAll(/<a\b[^>]*>[\s\S]*?<\/a>/gi)].map(([html]) => ({
    href: new URL(attribute(html, 'href') ?? '#', page.url).href,
    text: unescape(html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').trim()),
  }));
}

// What a person with this address does: picks the provider, picks the account, agrees (or does not).
export function person(email, { agree = true } = {}) {
  return (page) => {
    const all = forms(page);
    const labelled = (pattern) => {
      for (const form of all) {
        const button = form.buttons.find((b) => pattern.test(`${b.text} ${b.value}`));
        if (button) return form.press(button);
      }
      const link = links(page).find((l) => pattern.test(l.text));
      return link && { method: 'GET', url: link.href };
    };
    const address = new RegExp(email.replace(/[.+]/g, '\\$&'), 'i');
    const consent = agree ? /\b(allow|continue|agree|accept)\b/i : /\b(cancel|deny|refuse|decline)\b/i;
    return labelled(address) ?? labelled(consent) ?? labelled(new RegExp(provider, 'i'));
  };
}
