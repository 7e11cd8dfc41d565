export { deye } from './deye.ts';
export { deyeMicro } from './deye-micro.ts';
export { deyeSinglePhase } from './deye-single-phase.ts';
export { eastronSdm630 } from './eastron-sdm630.ts';
export { huaweiSun2000 } from './huawei-sun2000.ts';
export { solaredge } from './solaredge.ts';
export { solaredgeUs } from './solaredge-us.ts';
export { sungrowHybrid } from './sungrow-hybrid.ts';
