import t from 'tap';
import { discordSection } from '../../../gateway/features/discord/discord-section.ts';
import { load, problemsOf } from '../../config/inputs.ts';

const inputs = { sections: [discordSection] };
const withUrl = (url: string): string =>
  `discord: { token: abc, guild: '114000000000000000', apiUrl: "${url}" }`;

t.test('the bot’s token goes nowhere that somebody on the way could read it', async (t) => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['http://discord.com/api', /apiUrl must be https:\/\/ unless it is on this machine/],
    ['http://192.168.1.7:8080/api', /must be https/],
    ['http://127.0.0.1.example.org/api', /must be https/],
    ['http://localhost.example.org/api', /must be https/],
    ['http://localhost@example.org/api', /no name and no password/],
    ['https://somebody:somebody@discord.com/api', /no name and no password/],
    ['https://discord.com/api?token=somebody', /no \? and no #/],
    ['ftp://discord.com/api', /https:\/\/ address/],
    ['discord.com/api', /https:\/\/ address/],
    ['', /https:\/\/ address/],
  ];
  for (const [url, words] of refused) {
    const problems = (await problemsOf(withUrl(url), inputs)).join('\n');
    t.match(problems, words, url);
  }
});

t.test('a stand-in for Discord may be on this machine', async (t) => {
  const urls = [
    'http://127.0.0.1:18099/api',
    'http://localhost/api',
    'http://[::1]:8/api',
    'https://d.example/api',
  ];
  for (const apiUrl of urls)
    t.match((await load(withUrl(apiUrl), inputs)).config.features['discord'], { apiUrl });
});
