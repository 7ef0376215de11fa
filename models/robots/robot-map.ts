/** What a URDF does not say of a robot: which links are a person's shoulders, palms and fingertips. */
import Type from 'typebox';
import { Value } from 'typebox/value';
import { ConfigError } from '../../src/core/errors.ts';
import type { LinkPoint } from '../../src/core/robot.ts';

const strict = { additionalProperties: false };
const link = Type.String({ minLength: 1, description: 'the name of a link' });
const joints = Type.Array(Type.String({ minLength: 1 }), { description: 'names of independent joints' });
const xyz = Type.Tuple([Type.Number(), Type.Number(), Type.Number()], {
  description: 'three numbers, m, in the link’s own frame',
});
const rpy = Type.Tuple([Type.Number(), Type.Number(), Type.Number()], {
  description: 'three angles, rad, as in URDF',
});
const point = Type.Union([link, Type.Object({ link, xyz }, strict)], {
  description: 'a link (its origin), or {"link", "xyz"}',
});
const axis = Type.Union(
  [
    Type.Literal('x'),
    Type.Literal('y'),
    Type.Literal('z'),
    Type.Literal('-x'),
    Type.Literal('-y'),
    Type.Literal('-z'),
  ],
  { description: 'one of x, y, z, -x, -y, -z: an axis of the palm link' },
);
const points = Type.Object(
  {
    thumb: Type.Optional(point),
    index: Type.Optional(point),
    middle: Type.Optional(point),
    ring: Type.Optional(point),
    pinky: Type.Optional(point),
  },
  { ...strict, description: 'a point for each finger that the hand has' },
);
const arm = Type.Object(
  {
    shoulder: point,
    elbow: point,
    wrist: point,
    joints: Type.Optional(joints),
  },
  { ...strict, description: 'joints: default those between the torso and the wrist' },
);
const hand = Type.Object(
  {
    palm: link,
    wrist: Type.Optional(xyz),
    fingers: axis,
    back: axis,
    tips: points,
    middles: Type.Optional(points),
    joints: Type.Optional(joints),
  },
  {
    ...strict,
    description:
      'wrist: where a person’s wrist is on the palm link, default its origin. fingers: the axis along the ' +
      'stretched fingers. back: the axis out of the back of the hand. joints: default those beyond the palm',
  },
);

/** JSON Schema of the map file. */
export const RobotMapSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z0-9][a-z0-9._-]*$',
      description: 'lower case letters, digits, - . _',
    }),
    label: Type.Optional(Type.String({ description: 'for people; default the name' })),
    license: Type.Optional(Type.String({ description: 'of the URDF; default unknown' })),
    source: Type.Optional(Type.String({ description: 'where the URDF is from; default its robot name' })),
    torso: Type.Optional(
      Type.String({ description: 'the link that a person’s chest maps to; default the root' }),
    ),
    waist: Type.Optional(joints),
    held: Type.Optional(joints),
    arms: Type.Optional(Type.Object({ left: arm, right: arm }, strict)),
    hands: Type.Object({ left: Type.Optional(hand), right: Type.Optional(hand) }, strict),
    camera: Type.Optional(
      Type.Object(
        { link, xyz: Type.Optional(xyz), rpy: Type.Optional(rpy) },
        {
          ...strict,
          description: 'the head camera, which egocentric videos need: rpy turns its link into OpenCV’s axes',
        },
      ),
    ),
    rest: Type.Optional(
      Type.Record(Type.String(), Type.Number(), { description: 'rad by joint; default 0' }),
    ),
    speeds: Type.Optional(
      Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0 }), {
        description: 'rad/s by joint, where the URDF gives none, 0 or a placeholder; "*" for all of those',
      }),
    ),
    capsules: Type.Optional(
      Type.Array(
        Type.Object({ link, from: xyz, to: xyz, radius: Type.Number({ exclusiveMinimum: 0 }) }, strict),
        {
          description: 'what must not touch each other, m; default nothing',
        },
      ),
    ),
  },
  strict,
);

export type RobotMap = Type.Static<typeof RobotMapSchema>;

/** A link's name stands for its origin. */
export const pointOf = (place: string | LinkPoint): LinkPoint =>
  typeof place === 'string' ? { link: place, xyz: [0, 0, 0] } : place;

/** @throws ConfigError naming the first wrong entry and what would be right. */
export function readRobotMap(text: string): RobotMap {
  let map: unknown;
  try {
    map = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`the robot map is not JSON: ${(error as Error).message}`, error);
  }
  if (Value.Check(RobotMapSchema, map)) return map;
  // Of an entry that may be one of several things, the shortest path says where it is, not what it tried.
  const [wrong] = [...Value.Errors(RobotMapSchema, map)].toSorted(
    (a, b) => a.instancePath.length - b.instancePath.length,
  );
  const where = wrong.instancePath.replaceAll('/', '.').slice(1) || 'the map';
  const wanted = schemaAt(wrong.instancePath)?.description;
  const value = JSON.stringify(Value.Pointer.Get(map, wrong.instancePath)).slice(0, 60);
  throw new ConfigError(
    `robot map: ${where} ${wanted ? `is ${value}; it has to be ${wanted}` : wrong.message}`,
  );
}

interface Described {
  description?: string;
  properties?: Record<string, Described>;
}

/** The schema of an entry, as far as names lead to it. */
function schemaAt(instancePath: string): Described | undefined {
  let at: Described | undefined = RobotMapSchema as Described;
  for (const key of instancePath.split('/').slice(1)) at = at?.properties?.[key];
  return at;
}
