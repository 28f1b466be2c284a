/** Lists by the page: what is asked for, and what comes beside the rows. */
import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { queryNumber } from './fields.ts';

/** Which page of a list. For the queries of lists. */
export const pageRequest = {
  page: queryNumber('page', 1, LIMITS.page, 1),
  limit: queryNumber('limit', 1, LIMITS.pageSize, LIMITS.defaultPageSize),
};

export const pageMeta = z
  .object({
    total: z.int(),
    page: z.int(),
    limit: z.int(),
    totalPages: z.int(),
  })
  .meta({ id: 'PageMeta' });

/** How many pages of `limit` rows a list of `total` rows has; 0 when it is empty. */
export const pagesOf = (total: number, limit: number) => Math.ceil(total / limit);

/** The meta of a list of `total` rows that was asked for by page. */
export const pageMetaOf = (
  total: number,
  { page, limit }: { page: number; limit: number },
): z.output<typeof pageMeta> => ({ total, page, limit, totalPages: pagesOf(total, limit) });
