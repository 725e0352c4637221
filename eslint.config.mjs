import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import { defineConfig } from 'eslint/config';
import regexp from 'eslint-plugin-regexp';
import vue from 'eslint-plugin-vue';
import ts from 'typescript';
import tseslint from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';

/** Who may not import what. Paths are from this folder; `except` is relative to `from`. */
const zones = [
  {
    target: './src-main/contract',
    from: './src-main',
    except: ['./contract'],
    message: 'The contract imports nothing else of src-main.',
  },
  {
    target: './src-main/lab',
    from: './src-main',
    except: ['./lab', './contract', './bundle/catalogue.ts'],
    message: 'The lab file knows the contract and the catalogue only.',
  },
  {
    target: ['facts', 'checks', 'stages', 'drills', 'path', 'topology'].map((folder) => `./src-main/${folder}`),
    from: ['./src-main/machines/ssh', './src-main/machines/local'],
    message: 'Know a machine by machines/machine.ts, not by how it is reached.',
  },
  {
    target: './src-main/machines',
    from: ['./src-main/stages', './src-main/checks', './src-main/rollout'],
    message: 'A machine does not know what it is used for.',
  },
  {
    target: ['plan', 'facts', 'cluster', 'client', 'checks', 'path'].map((folder) => `./src-main/${folder}`),
    from: ['./src-main/stages', './src-main/rollout'],
    message: 'Stages and rollouts stand on them; they know no stage.',
  },
  {
    target: './src-main/downloads',
    from: './src-main',
    except: [
      './downloads',
      './bundle',
      './contract',
      './write-atomically.ts',
      './is-absent.ts',
      './names-in.ts',
      './address-of.ts',
      './version.ts',
    ],
    message: 'Downloads know what is to be had and where, and no lab.',
  },
  {
    target: './src-main/!(cli|cli.ts|desktop.ts){,/**}',
    from: ['./src-main/cli', './src-main/cli.ts'],
    message: 'The command line is a door: nothing behind it imports it.',
  },
  {
    target: './src-main/!(app|desktop.ts|preload.ts){,/**}',
    from: ['./src-main/app', './src-main/desktop.ts', './src-main/preload.ts'],
    message: 'The window is a door: nothing behind it imports it.',
  },
  {
    target: './src-main/!(browser|serve.ts|cli){,/**}',
    from: ['./src-main/browser', './src-main/serve.ts'],
    message: 'The browser page is a door: nothing behind it imports it.',
  },
  {
    target: ['facts', 'checks', 'stages', 'path', 'topology', 'rollout', 'cluster', 'lab', 'machines'].map(
      (folder) => `./src-main/${folder}`,
    ),
    from: './src-main/engine',
    message: 'The engine uses them; they do not know it.',
  },
  {
    target: './src-main/topology',
    from: ['./src-main/stages', './src-main/rollout', './src-main/checks'],
    message: 'The picture is made of facts alone.',
  },
  {
    target: './src-renderer',
    from: './src-main',
    except: ['./contract'],
    message: 'The renderer knows the contract alone.',
  },
  {
    target: './src-main',
    from: './src-renderer',
    message: 'The engine does not know who shows it.',
  },
];

// TypeScript gets of a Vue file what vue-eslint-parser hands over, its script. Were it the whole file, it would make a new program, with all
// types, for each file that is linted: three times as long
const { readFile } = ts.sys;
ts.sys.readFile = (path, encoding) => {
  const text = readFile(path, encoding);
  return path.endsWith('.vue') ? (/<script[^>]*>(.*?)<\/script>/s.exec(text ?? '')?.[1] ?? text) : text;
};

/** Of a Vue file ESLint reads all; of TypeScript what oxlint, which reads its types (.oxlintrc.json), does not have. */
export default defineConfig(
  { ignores: ['out/', 'node_modules/', '.cache/'] },
  {
    files: ['**/*.{ts,vue,mjs}'],
    languageOptions: { parser: tseslint.parser },
    plugins: { '@typescript-eslint': tseslint.plugin, 'import-x': importX, regexp },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.vue', '.mjs', '.js', '.json'] })],
    },
    rules: { 'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }] },
  },
  { files: ['**/*.mjs'], extends: [tseslint.configs.strict, tseslint.configs.stylistic] },
  {
    files: ['**/*.vue'],
    extends: [
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
      vue.configs['flat/recommended'],
    ],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: {
      parser: vueParser,
      parserOptions: {
        parser: tseslint.parser,
        project: './src-renderer/tsconfig.json', // one program; the project service makes one a file
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      '@typescript-eslint/require-await': 'off', // async without await turns a throw into a rejection
      // does not see that Vue makes a property with a default optional
      '@typescript-eslint/no-useless-default-assignment': 'off',
      eqeqeq: 'error',
      'max-params': ['error', { max: 4 }],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      // prettier formats templates
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      // vue-tsc knows which properties may be left out
      'vue/require-default-prop': 'off',
    },
  },
  {
    files: ['src-main/**', 'src-renderer/**'],
    rules: {
      // a machine that prints a megabyte of spaces would hold everything up
      'regexp/no-super-linear-backtracking': 'error',
      'regexp/no-super-linear-move': 'error',
    },
  },
  {
    files: ['src-main/**'],
    ignores: ['src-main/app/**', 'src-main/desktop.ts', 'src-main/preload.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'electron', message: 'Only app/, desktop.ts and preload.ts know Electron.' }] },
      ],
    },
  },
  {
    files: ['src-main/**'],
    ignores: ['src-main/cli/terminal.ts', 'src-main/app/complain.ts'], // what the command line and the window say in a terminal
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "CallExpression[callee.property.name='write'][callee.object.property.name=/^std(out|err)$/][callee.object.object.name='process']",
          message:
            'What a person reads goes through cli/terminal.ts: without secrets, and without what a terminal obeys.',
        },
        {
          selector: "CallExpression[callee.object.name='console']",
          message: 'What a person reads goes through cli/terminal.ts.',
        },
      ],
    },
  },
);
