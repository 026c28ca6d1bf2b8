// A webhook receiver on this machine: answers the challenge, keeps deliveries, checks signatures.
import { createServer } from 'node:http';
import { createHmac } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

export async function receiver({ challenge = (token) => token, status = 200 } = {}) {
  const deliveries = [];
  const waiting = [];
  const settle = () => {
    for (const wait of [...waiting]) {
      const found = deliveries.find(wait.matches);
      if (found) {
        waiting.splice(waiting.indexOf(wait), 1);
        wait.resolve(found);
      }
    }
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://receiver');
    if (request.method === 'GET') {
      response.writeHead(200, { 'Content-Type': 'text/plain' });
      return response.end(challenge(url.searchParams.get('challenge')));
    }
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const gzipped = request.headers['content-encoding'] === 'gzip';
      const body = JSON.parse((gzipped ? gunzipSync(bytes) : bytes).toString('utf8'));
      deliveries.push({ headers: request.headers, bytes, gzipped, body, at: Date.now() });
      response.writeHead(status);
      response.end();
      settle();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/hook`,
    deliveries,
    next(matches, patienceMs = 20_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no such delivery in ${patienceMs} ms; got ${deliveries.map((d) => d.body.type)}`)), patienceMs);
        waiting.push({ matches, resolve: (found) => { clearTimeout(timer); resolve(found); } });
        settle();
      });
    },
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }),
  };
}

export function signature(secret, bytes) {
  return createHmac('sha256', secret).update(bytes).digest('hex');
}
