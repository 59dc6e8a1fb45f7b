// Runs once per browser, however many tabs are open.
import { Hub, type Port } from './hub';
import { server } from './server';

const hub = new Hub(server);

addEventListener('connect', (event) => hub.join((event as MessageEvent).ports[0] as Port));
