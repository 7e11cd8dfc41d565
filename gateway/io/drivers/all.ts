export { huaweiSun2000 } from './huawei-sun2000.ts';
export { sungrowHybrid } from './sungrow-hybrid.ts';
