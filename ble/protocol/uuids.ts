/** As docs/provisioning-protocol.md, section 1, has them: small hex digits with dashes. */
export const setupService = 'e049a025-b937-421d-882e-001d9a1c04f0';
export const setupFacts = 'e049a026-b937-421d-882e-001d9a1c04f0';
export const setupInbox = 'e049a027-b937-421d-882e-001d9a1c04f0';
export const setupOutbox = 'e049a028-b937-421d-882e-001d9a1c04f0';
