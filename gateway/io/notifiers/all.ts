export { discordWebhook } from './discord-webhook.ts';
export { httpSms } from './http-sms.ts';
export { mail } from './mail.ts';
export { vonageSms } from './vonage-sms.ts';
export { webhook } from './webhook.ts';
