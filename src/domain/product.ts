/** The name this product signs with: Manufacturer of its SRs, and how its own output is recognised. */
export const PRODUCT_NAME = 'Plumbline'
