// Runs once per browser, however many tabs are open.
import { Hub, type Port } from './hub';

const hub = new Hub(() => new EventSource('/api/v1/events'));

addEventListener('connect', (event) => hub.join((event as MessageEvent).ports[0] as Port));
