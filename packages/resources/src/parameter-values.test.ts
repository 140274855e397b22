import { CodedError, type ParameterAmount, type ParameterValues } from '@insula/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkParameters,
  completeValues,
  defaultValues,
  mergeParameters,
  parameterRows,
} from './parameter-values.ts';

const mebi = 1024 ** 2;

const refusalOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof CodedError && error.code === 'invalid_parameter') return error.message;
    throw error;
  }
  return 'accepted';
};

/** Those that no rule ties to another. */
const independent = parameterRows.filter(
  ({ name, shape, unit }) => shape !== 'guarantee' && unit !== 'list' && !['cpus', 'cpuburst'].includes(name),
);
const anyValues: fc.Arbitrary<ParameterValues> = fc.record(
  Object.fromEntries(
    independent.map((row): [string, fc.Arbitrary<ParameterAmount>] => {
      const number = fc.integer({ min: row.minimum, max: row.maximum });
      const isNumberOnly = ['weight', 'score', 'switch'].includes(row.unit);
      return [row.name, isNumberOnly ? number : fc.oneof(number, fc.constant('unlimited' as const))];
    }),
  ),
  { requiredKeys: [] },
);

test('every default obeys its own row', () => {
  expect(checkParameters(defaultValues())).toEqual(defaultValues());
});

test('values given stand over the defaults', () => {
  expect(completeValues({ numproc: 400 })).toEqual({ ...defaultValues(), numproc: 400 });
});

test('a change touches what it names, and null goes back to the default', () => {
  const current: ParameterValues = { cpulimit: 50, numproc: 400 };
  expect(mergeParameters(current, { cpulimit: null, cpuunits: 2000 })).toEqual({
    numproc: 400,
    cpuunits: 2000,
  });
  expect(mergeParameters(current, {})).toEqual(current);
  expect(mergeParameters({}, { numproc: null })).toEqual({});
});

test('Virtuozzo’s name of a parameter is understood and written under ours', () => {
  expect(mergeParameters({ physpages: 64 * mebi }, { ram: 512 * mebi })).toEqual({ physpages: 512 * mebi });
  expect(mergeParameters({ physpages: 64 * mebi }, { ram: null })).toEqual({});
});

test('one parameter under both of its names is refused', () => {
  expect(refusalOf(() => checkParameters({ physpages: 64 * mebi, ram: 32 * mebi }))).toBe(
    'ram: it is given twice, as physpages and as ram',
  );
});

test.for([
  [{ phypages: 1 }, 'phypages: there is no such parameter; did you mean physpages?'],
  [{ toString: 1 }, 'toString: there is no such parameter; `insula help parameters` lists those there are'],
  [{ numproc: 15 }, 'numproc: 15 is outside 16 to 4194304'],
  [{ cpulimit: 0 }, 'cpulimit: 0% is outside 1% to 102400%'],
  [{ physpages: 4096 }, 'physpages: 4K is outside 16M to 9007199254740991'],
  [{ cpuunits: 'unlimited' }, 'cpuunits: a weight cannot be unlimited: give 8 to 500000'],
  [{ numproc: 20.5 }, 'numproc: 20.5 is no whole number: give 16 to 4194304, or unlimited'],
  [{ numproc: '400' }, 'numproc: "400" is no whole number: give 16 to 4194304, or unlimited'],
  [{ cpuunits: Number.NaN }, 'cpuunits: NaN is no whole number: give 8 to 500000'],
  [{ numproc: {} }, 'numproc: undefined is no whole number: give 16 to 4194304, or unlimited'],
  [{ numproc: -1 }, 'numproc: -1 is outside 16 to 4194304'],
  [{ numproc: { barrier: 200, limit: 100 } }, 'numproc: the barrier of 200:100 is above its limit'],
  [
    { numproc: { barrier: 'unlimited', limit: 100 } },
    'numproc: the barrier of unlimited:100 is above its limit',
  ],
  [{ cpulimit: { barrier: 10, limit: 20 } }, 'cpulimit: it takes one value, no barrier'],
  [{ cpumask: '3-1' }, 'cpumask: 3-1 runs backwards'],
  [{ cpumask: 3 }, 'cpumask: 3 is no list such as 0-3,8'],
  [{ physpages: 64 * mebi, vmguarpages: 128 * mebi }, 'vmguarpages: 128M is above physpages, which is 64M'],
  [{ cpulimit: 50, cpuburst: 60 }, 'cpuburst: 60% is above cpulimit, which is 50%'],
  [{ cpulimit: 50, cpuguarantee: 60 }, 'cpuguarantee: 60% is above cpulimit, which is 50%'],
  [{ cpus: 1, cpuguarantee: 150 }, 'cpuguarantee: 150% is more than 1 processors can give'],
  [{ cpus: 3, cpumask: '0-1' }, 'cpus: cpumask has 2 processors only'],
  [{ vmguarpages: 'unlimited' }, 'vmguarpages: nobody can be promised everything'],
] as const)('%j is refused with the rule that it breaks', ([values, message]) => {
  expect(refusalOf(() => checkParameters(values))).toBe(message);
});

test('a value that was accepted long ago and breaks the rules now is named at the next change', () => {
  expect(refusalOf(() => mergeParameters({ numproc: 3 }, { cpulimit: 50 }))).toBe(
    'numproc: 3 is outside 16 to 4194304',
  );
});

test('merging keeps all that is valid, and merging the same again changes nothing', () => {
  fc.assert(
    fc.property(anyValues, anyValues, (current, change) => {
      const merged = mergeParameters(current, change);
      expect(merged).toEqual({ ...current, ...change });
      expect(mergeParameters(merged, change)).toEqual(merged);
      const nothing = Object.fromEntries(Object.keys(merged).map((name) => [name, null]));
      expect(mergeParameters(merged, nothing)).toEqual({});
    }),
  );
});
