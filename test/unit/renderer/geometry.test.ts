import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { geometryOf } from '../../../src-renderer/features/lab/topology/geometry.ts';

const sizes = fc.record({
  width: fc.integer({ min: 300, max: 4000 }),
  nodes: fc.integer({ min: 1, max: 100 }),
  zoom: fc.double({ min: 0.5, max: 1.6, noNaN: true }),
  rules: fc.integer({ min: 0, max: 20 }),
  shelf: fc.integer({ min: 0, max: 2 }),
  lanes: fc.integer({ min: 0, max: 3 }),
  podsHeight: fc.integer({ min: 0, max: 2000 }),
});

describe('the geometry of the picture', () => {
  it('puts the client left of the nodes, and the nodes side by side inside the picture', () => {
    fc.assert(
      fc.property(sizes, (given) => {
        const { client, columns, width } = geometryOf(given);
        const ends = [client, ...columns].map(({ at, size }) => [at, at + size] as const);
        for (const [index, [start]] of ends.entries()) {
          if (index > 0) expect(start).toBeGreaterThanOrEqual(ends[index - 1]?.[1] ?? 0);
        }
        expect(ends.at(-1)?.[1]).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('keeps the order in which a packet meets things, top to bottom', () => {
    fc.assert(
      fc.property(sizes, (given) => {
        const { lan, header, eth0, kernel, overlay, pipes, shelf, pods, height } = geometryOf(given);
        const rows = [lan, header, eth0, kernel, overlay, pipes, shelf, pods];
        for (const [index, row] of rows.entries()) {
          const above = rows[index - 1];
          if (above) expect(row.at).toBeGreaterThanOrEqual(above.at + above.size);
        }
        expect(pods.at + pods.size).toBeLessThanOrEqual(height);
      }),
    );
  });

  it('has room for an address in each half of a node', () => {
    const { columns } = geometryOf({ width: 400, nodes: 3, zoom: 1, rules: 5, shelf: 0, lanes: 3, podsHeight: 100 });
    expect(columns[0]?.size).toBeGreaterThanOrEqual(200);
  });
});
