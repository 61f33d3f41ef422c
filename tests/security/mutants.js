// Servers that are broken on purpose, one guard each, and the tests that must notice: node tests/security/mutants.js [name]
// Works on a finished build/release, beside it: the broken source is compiled and linked in a folder of its own.
'use strict';
const { execFileSync, spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

const root = path.resolve(__dirname, '../..');
const build = path.join(root, 'build/release');
const source = 'server-core/src/';

const mutants = [
  {
    name: 'a box that is not ticked is granted all the same',
    file: 'consent/decision.cpp', library: 'pc_consent',
    from: 'if ((half.verbs & access::readVerbs) && rowOf(half) && hasNoBox(half, nonResourceScopes)) chosen', to: 'if (rowOf(half)) chosen',
    tests: [['test_security', 'OAuthToken', 'C10_whatIsUntickedIsNotGranted']],
  },
  {
    name: 'what was refused by its own box is granted with everything else',
    file: 'consent/wildcard.cpp', library: 'pc_consent',
    from: 'if (!(verbs & access::verbsOfPatientApps(type)) || decided.contains(type)) continue;', to: 'if (!(verbs & access::verbsOfPatientApps(type))) continue;',
    tests: [['test_portal', 'PortalTest', 'everythingIsAskedKindByKind'], ['test_portal', 'PortalTest', 'changesAreAskedKindByKind']],
  },
  {
    name: 'an app of a patient has no compartment',
    file: 'api/guards.cpp', library: 'pc_api',
    from: 'caller.scope.compartment = access::Compartment{grant.patient, tenant.record().tenant.appsMayChange};', to: '',
    tests: [['test_security', 'PatientReach'], ['test_security', 'PatientWrites']],
  },
  {
    name: 'the condition of the compartment is left out of searches',
    file: 'access/access_scope.cpp', library: 'pc_access',
    from: 'if (!scope.compartment) return {};\n', to: 'return {};\n',
    tests: [['test_security', 'PatientReach']],
  },
  {
    name: 'a scope for reading lets search',
    file: 'access/access_scope.cpp', library: 'pc_access',
    from: '(grant.verbs & std::uint8_t(verb))',
    to: '(grant.verbs & (verb == Verb::search ? std::uint8_t(Verb::search) | std::uint8_t(Verb::read) : std::uint8_t(verb)))',
    tests: [['test_security', 'Scopes']],
  },
  {
    name: 'the clinic is forgotten in the key of remembered tokens',
    file: 'authorization_server/authenticate.cpp', library: 'pc_authorization_server',
    from: 'tokens_.key(session.key().number(), realm.name, hash)', to: 'tokens_.key(0, realm.name, hash)',
    tests: [['test_security', 'Isolation'], ['test_security', 'TokenMemory']],
  },
  {
    name: 'a token that is shown twice ends nothing',
    file: 'authorization_server/token.cpp', library: 'pc_authorization_server',
    from: 'const bool ended = co_await oauth::token_store::endFamily(context.session, context.realm.name, grant, family, "reuse", clock_.now());',
    to: 'const bool ended = co_await oauth::token_store::endFamily(context.session, context.realm.name, grant, "", "reuse", clock_.now());',
    tests: [['test_security', 'OAuthFamilies']],
  },
];

/// A command of the build, as ninja has it.
const commandOf = (target, fits) => execFileSync('ninja', ['-C', build, '-t', 'commands', target], { maxBuffer: 1 << 28 }).toString()
  .split('\n').filter(fits).pop();

const shell = (command) => {
  const done = spawnSync('sh', ['-c', command], { cwd: build, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${command}\n${done.stdout}${done.stderr}`);
};

const makeServer = (mutant, folder) => {
  const original = path.join(root, source, mutant.file);
  const text = fs.readFileSync(original, 'utf8');
  if (text.split(mutant.from).length !== 2) throw new Error(`${mutant.file} does not hold, once: ${mutant.from}`);
  const broken = path.join(folder, path.basename(mutant.file)), object = path.join(folder, 'broken.o'), server = path.join(folder, 'polyclinicd');
  fs.writeFileSync(broken, text.replace(mutant.from, () => mutant.to));
  const compile = commandOf('bin/polyclinicd', (line) => line.includes(`CMakeFiles/${mutant.library}.dir/`) && / -c \S+$/.test(line));
  shell(compile.replace(/ -MD -MT \S+ -MF \S+ -o \S+ -c \S+$/, ` -o ${object} -c ${broken}`));
  // Before the libraries, whose own definitions come too late then.
  shell(commandOf('bin/polyclinicd', (line) => line.includes(' -o bin/polyclinicd '))
    .replace(' -o bin/polyclinicd ', ` -Wl,--allow-multiple-definition ${object} -o ${server} `));
  return server;
};

const failures = (server, words) => {
  const [binary, ...rest] = words;
  const done = spawnSync(path.join(build, 'bin', binary), rest, {
    encoding: 'utf8', maxBuffer: 1 << 28, timeout: 300_000,
    env: { ...process.env, POLYCLINIC_SERVER: server, QT_QPA_PLATFORM: 'offscreen', QTEST_DISABLE_STACK_DUMP: '1', QTEST_DISABLE_CORE_DUMP: '1' },
  });
  if (done.error) throw done.error;
  return done.stdout.split('\n').filter((line) => /^(FAIL!|QFATAL)/.test(line)).map((line) => line.replace(/^[^:]*: /, '').split(' ')[0]);
};

let unnoticed = 0;
for (const mutant of mutants.filter(({ name }) => !process.argv[2] || name.includes(process.argv[2]))) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'polyclinic-mutant-'));
  fs.chmodSync(folder, 0o755);
  try {
    const server = makeServer(mutant, folder);
    const red = mutant.tests.flatMap((words) => failures(server, words));
    if (red.length === 0) ++unnoticed;
    console.log(`${red.length === 0 ? 'NOT NOTICED' : 'noticed'}: ${mutant.name}${red.length ? ` (${[...new Set(red)].slice(0, 4).join(', ')})` : ''}`);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
console.log(`${unnoticed} unnoticed`);
process.exit(unnoticed === 0 ? 0 : 1);
