import neostandard, { resolveIgnoresFromGitignore } from 'neostandard'
import tseslint from 'typescript-eslint'

/** tap awaits subtests itself, so a `t.test(…)` without `await` is no floating promise. */
const tapSubtest = [{ from: 'package', name: 'PromiseWithSubtest', package: '@tapjs/core' }]

const typed = {
  '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafePromises: tapSubtest }],
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true }
  ],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
  '@typescript-eslint/restrict-template-expressions': [
    'error',
    { allowNumber: true, allowBoolean: true }
  ],
  '@typescript-eslint/no-confusing-void-expression': [
    'error',
    { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }
  ],
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
  // There are no enums (erasableSyntaxOnly) and no classes but errors; these two cost a third of
  // the run.
  '@typescript-eslint/no-unsafe-enum-assignment': 'off',
  '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
  // Ports and interactions promise a Promise, whatever one implementation needs.
  '@typescript-eslint/require-await': 'off',
  // A type parameter used once still names what a reader must know.
  '@typescript-eslint/no-unnecessary-type-parameters': 'off',
  // `string | '_id'` tells which strings are special.
  '@typescript-eslint/no-redundant-type-constituents': 'off',
  // Factories keep state in `let`; narrowing does not see a call change it, so this rule would ask
  // to delete real checks.
  '@typescript-eslint/no-unnecessary-condition': 'off',
  // Prettier breaks lines; code without semicolons stays safe by its own leading semicolon.
  'no-unexpected-multiline': 'off',
  // `void promise` is how a promise is left alone on purpose (no-floating-promises).
  'no-void': ['error', { allowAsStatement: true }],
  // Parsed JSON is read by name after a check; the tsconfig asks for brackets there, this rule for
  // dots.
  '@typescript-eslint/dot-notation': 'off',
  // A store's or a driver's error is rethrown as it came.
  '@typescript-eslint/only-throw-error': ['error', { allowRethrowing: true }],
  '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }]
}

const habitSyntax = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Named exports only: a name can be searched for.'
  },
  {
    selector: 'ExportAllDeclaration',
    message: 'No barrel files: import from the file that defines the name.'
  },
  {
    selector: 'ClassDeclaration:not([superClass.name=/Error$/])',
    message: 'Factories (`createX(deps)`), classes only for errors.'
  }
]
/** The brand has one maker; an assertion elsewhere would be a second. */
const brandedStore = {
  selector: "TSAsExpression > TSTypeReference > Identifier[name='GuardedStore']",
  message: 'Only access/guard.ts makes a GuardedStore.'
}

/** A number or a text such as '404 Not Found'. */
const failureStatus = {
  selector:
    'Literal[raw=/^[\'"]?[45]\\d\\d(?![\\d._])/], TemplateElement[value.raw=/^[45]\\d\\d /]',
  message: 'src/fhir/failure-kinds.ts alone names statuses of failure; throw a kind.'
}

/** Hard limits in both directions; Prettier (.prettierrc.json) breaks what it can. */
const size = {
  'max-len': [
    'error',
    {
      code: 100,
      ignoreUrls: true,
      ignoreStrings: true,
      ignoreTemplateLiterals: true,
      ignoreRegExpLiterals: true,
      ignorePattern: '^import .* from |eslint-disable'
    }
  ],
  'max-lines': ['error', { max: 300, skipBlankLines: true }],
  'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }]
}

/** Habits of CONTRIBUTING.md that a linter can see. */
const habits = {
  'no-console': 'error',
  'no-restricted-properties': [
    'error',
    {
      object: 'process',
      property: 'env',
      message: 'src/config.ts alone reads the environment; take the value as an argument.'
    }
  ],
  'no-restricted-syntax': ['error', ...habitSyntax, brandedStore],
  ...size
}

export default [
  { ignores: [...resolveIgnoresFromGitignore(), 'profiles/**'] },
  ...neostandard({ ts: true, noStyle: true }),
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname }
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: typed
  },
  { files: ['src/**/*.ts'], rules: habits },
  {
    // Where a request passes.
    files: ['src/{http,exchange,interactions,operations,auth}/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...habitSyntax, brandedStore, failureStatus] }
  },
  { files: ['test/**/*.ts', 'scripts/**/*.ts'], rules: size },
  { files: ['src/access/guard.ts'], rules: { 'no-restricted-syntax': ['error', ...habitSyntax] } },
  { files: ['src/config.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    // Tests hand wrong things in on purpose and look into parsed answers.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off'
    }
  }
]
