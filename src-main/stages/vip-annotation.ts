/** By this annotation a Service asks MetalLB for a certain address. */
export const VIP_ANNOTATION = 'metallb.io/loadBalancerIPs';
