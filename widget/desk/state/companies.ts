/** For keys over all companies: which one the desk is about. */
import { batch } from '@preact/signals';
import { forgetCase } from './case.ts';
import { type Desk, go } from './desk.ts';
import { emptyQueue } from './queue.ts';
import { HOME } from './route.ts';
import { forgetSetUp } from './set-up.ts';

/** Shows only what belongs to a company; null is all of them. */
export function chooseCompany(desk: Desk, companyId: string | null): void {
  if (desk.companyId.peek() === companyId) return;
  const route = desk.route.peek();
  batch(() => {
    forgetCase(desk.case);
    forgetSetUp(desk.setUp);
    emptyQueue(desk.queue);
    desk.companyId.value = companyId;
    if (route.page === 'queue') {
      const isCustomer = route.view === 'customer';
      go(desk, isCustomer ? HOME : { ...route, open: null }, { isReplacing: true });
    } else if (route.page === 'webhooks') go(desk, { ...route, open: null }, { isReplacing: true });
  });
}
