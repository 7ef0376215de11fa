/** A profile: under which names and in which units joint vectors are handed out. */
import type { JointSpec } from '../../core/robot.ts';

/** A joint vector's new form. */
export interface JointForm {
  names: readonly string[];
  /** One row of J values of the dataset → one row of the new names' values. */
  convert(row: ArrayLike<number>): number[];
}

export interface Profile {
  name: string;
  /** For the card: names, order, units. */
  meaning: string;
  /**
   * `jointNames`: of the dataset's vector; `joints`: the robot's, with their limits.
   * Throws DatasetError when the robot lacks what the profile names.
   */
  form(jointNames: readonly string[], joints: readonly JointSpec[]): JointForm;
}
