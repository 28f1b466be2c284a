/** K, the framework alone: one middleware that answers with an object. */
import Koa from 'koa';
import { announce, PORT } from './contract.js';

const app = new Koa();
app.use((context) => {
  context.body = { message: 'Session.', data: null };
});
const server = app.listen(PORT, '127.0.0.1', () => announce(server));
