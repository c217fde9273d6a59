// Reads the regions of the communities and rounds their corners. `kgraph/atlas/regions.py` computes them.

/**
 * @param {Object<string, any>} columns of the graph: how many rings each land has, how many points each ring
 * @param {(value: number) => number} toWorld a coordinate as it is written, in world units
 * @returns {{community: number, rings: Float32Array[]}[]} rings of x, y, x, y, … in world coordinates, closed
 */
export function regionsOf(columns, toWorld) {
  let ring = 0, point = 0;
  return Array.from(columns["land.community"], (community, land) => ({
    community, rings: Array.from({ length: columns["land.rings"][land] }, () => {
      const corners = new Float32Array(2 * columns["ring.points"][ring++]);
      for (let k = 0; k < corners.length; k += 2, point++) {
        corners[k] = toWorld(columns["ring.x"][point]);
        corners[k + 1] = toWorld(columns["ring.y"][point]);
      }
      return rounded(rounded(corners));
    }),
  }));
}

/** The ring with its corners cut (Chaikin 1974). */
function rounded(ring) {
  const cut = new Float32Array(2 * ring.length);
  for (let k = 0, px = ring[ring.length - 2], py = ring[ring.length - 1]; k < ring.length; k += 2) {
    const x = ring[k], y = ring[k + 1];
    cut[2 * k] = 0.75 * px + 0.25 * x;
    cut[2 * k + 1] = 0.75 * py + 0.25 * y;
    cut[2 * k + 2] = 0.25 * px + 0.75 * x;
    cut[2 * k + 3] = 0.25 * py + 0.75 * y;
    px = x;
    py = y;
  }
  return cut;
}

/** Signed area of a ring, in square world units. */
export function areaOf(ring) {
  let sum = 0;
  for (let k = 0, p = ring.length - 2; k < ring.length; p = k, k += 2) sum += ring[p] * ring[k + 1] - ring[k] * ring[p + 1];
  return sum / 2;
}

/**
 * Where the titles of communities may stand: the middle of the largest piece of each, and the radius of a disc as large.
 * @param {{community: number, rings: Float32Array[]}[]} regions from `regionsOf`
 * @param {{name: string}[]} communities
 * @returns {{community: number, name: string, x: number, y: number, r: number}[]} the largest first
 */
export function landsOf(regions, communities) {
  const lands = regions.map(({ community, rings }) => {
    const largest = rings.reduce((a, b) => (Math.abs(areaOf(b)) > Math.abs(areaOf(a)) ? b : a));
    let x = 0, y = 0;
    for (let k = 0; k < largest.length; k += 2) {
      x += (2 * largest[k]) / largest.length;
      y += (2 * largest[k + 1]) / largest.length;
    }
    return { community, name: communities[community].name, x, y, r: Math.sqrt(Math.abs(areaOf(largest)) / Math.PI) };
  });
  return lands.sort((a, b) => b.r - a.r);
}

/**
 * The same from afar: of communities that are parts of one region, the region, at its middle.
 * @param lands from `landsOf`
 * @param {{communities: object[], regions?: object[]}} meta
 * @returns {{community: number, region?: number, name: string, x: number, y: number, r: number}[]} the largest first
 */
export function landsFromAfar(lands, { communities, regions = [] }) {
  const parts = regions.map((_, region) => communities.filter((one) => one.region === region).length), isPart = ({ community }) => parts[communities[community].region] > 1;
  const areas = regions.map((_, region) => lands.reduce((sum, land) => sum + (communities[land.community].region === region ? land.r ** 2 : 0), 0));
  const whole = regions.map(({ name, x, y }, region) => ({ community: communities.findIndex((one) => one.region === region), region, name, x, y, r: Math.sqrt(areas[region]) }));
  return [...lands.filter((land) => !isPart(land)), ...whole.filter(({ region }) => parts[region] > 1)].sort((a, b) => b.r - a.r);
}
