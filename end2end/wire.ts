// A proxy between browser and server that can be cut; Playwright's "offline" leaves open connections as they are.

import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

export interface Wire {
  /** The server behind the proxy. */
  url: string;
  /** Cuts every connection, and each new one at once, until `mend`. */
  cut(): void;
  mend(): void;
  close(): void;
}

/** A proxy to the server at `url`. */
export async function wireTo(url: string): Promise<Wire> {
  const port = Number(new URL(url).port);
  const open = new Set<Socket>();
  let whole = true;
  const line = createServer((browser) => {
    if (!whole) return void browser.destroy();
    const server = connect(port, '127.0.0.1');
    for (const [end, other] of [[browser, server], [server, browser]] as const) {
      open.add(end);
      end.pipe(other);
      end.on('error', () => other.destroy()).on('close', () => {
        open.delete(end);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    whole = false;
    for (const end of open) end.destroy();
  };
  return {
    url: `http://127.0.0.1:${(line.address() as AddressInfo).port}`,
    cut,
    mend: () => void (whole = true),
    close: () => {
      cut();
      line.close();
    },
  };
}
