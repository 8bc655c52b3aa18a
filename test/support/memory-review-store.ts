/** ReviewStore in memory: what is kept stays as it is, copies in and out. Tells no events. */
import type { ReportRef } from '../../src/domain/case.ts'
import type { Review } from '../../src/domain/review.ts'
import type { GivenReview, ReviewStore } from '../../src/ports.ts'

export function createMemoryReviewStore(): ReviewStore {
  const rows: GivenReview[] = []
  const reports = new Map<string, ReportRef>()
  const unsigned = new Map<string, NonNullable<Review['unsigned']>>()
  const kept = ({ ...review }: GivenReview): Review => {
    const why = unsigned.get(review.signOffId)
    const report = reports.get(review.signOffId) ?? null
    return structuredClone({ ...review, report, ...(why !== undefined && { unsigned: why }) })
  }
  const isOpen = ({ signOffId }: GivenReview) => !reports.has(signOffId) && !unsigned.has(signOffId)
  return {
    async add(reviews) {
      for (const review of reviews) {
        if (!rows.some(({ id }) => id === review.id)) rows.push(structuredClone(review))
      }
      return rows.filter(({ id }) => reviews.some((review) => review.id === id)).map(kept)
    },
    ofCase: async (caseId) => rows.filter((row) => row.caseId === caseId).map(kept),
    async given({ from, to, limit, after = 0 }) {
      const inside = rows
        .map((row, index) => ({ row, sequence: index + 1 }))
        .filter(({ row, sequence }) => {
          const at = Date.parse(row.reviewedAt)
          return sequence > after && at >= from.getTime() && at < to.getTime()
        })
      const page = inside.slice(0, limit)
      return {
        reviews: page.map(({ row }) => kept(row)),
        next: inside.length > limit ? (page.at(-1)?.sequence ?? null) : null,
      }
    },
    async unsigned(caseId) {
      const open = rows.filter((row) => row.caseId === caseId && isOpen(row))
      const signOffs = [...new Set(open.map(({ signOffId }) => signOffId))]
      return signOffs.map((id) => structuredClone(open.filter(({ signOffId }) => signOffId === id)))
    },
    async signed(signOffId, report) {
      if (!reports.has(signOffId)) reports.set(signOffId, report)
    },
    async unsignable(signOffId, reason) {
      unsigned.set(signOffId, reason)
    },
    async casesToSign(givenBefore, limit) {
      const open = rows.filter((row) => Date.parse(row.reviewedAt) < givenBefore.getTime() && isOpen(row))
      return [...new Set(open.map(({ caseId }) => caseId))].slice(0, limit)
    },
  }
}
