/**
 * JSON schemas of the messages in an MCAP file. The first two are Foxglove's well-known types by title and fields
 * (docs.foxglove.dev, schemas CompressedImage and JointStates), reduced to the fields that are written.
 */
const TIMESTAMP = {
  type: 'object',
  title: 'time',
  properties: {
    sec: { type: 'integer', minimum: 0 },
    nsec: { type: 'integer', minimum: 0, maximum: 999_999_999 },
  },
} as const;

export const JOINT_SCHEMA = {
  title: 'foxglove.JointStates',
  type: 'object',
  properties: {
    timestamp: TIMESTAMP,
    joints: {
      type: 'array',
      items: {
        title: 'foxglove.JointState',
        type: 'object',
        properties: { name: { type: 'string' }, position: { type: 'number' } },
        required: ['name'],
      },
    },
  },
  required: ['timestamp', 'joints'],
} as const;

export const IMAGE_SCHEMA = {
  title: 'foxglove.CompressedImage',
  type: 'object',
  properties: {
    timestamp: TIMESTAMP,
    frame_id: { type: 'string' },
    data: { type: 'string', contentEncoding: 'base64' },
    format: { type: 'string' },
  },
  required: ['timestamp', 'frame_id', 'data', 'format'],
} as const;

/** Every other column of a frame. */
export const VALUES_SCHEMA = {
  title: 'understudy.Values',
  type: 'object',
  properties: { timestamp: TIMESTAMP, values: { type: 'array', items: { type: 'number' } } },
  required: ['timestamp', 'values'],
} as const;
