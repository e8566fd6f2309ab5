/** Most images that one item may ask for; above what one request allows it is split. */
export const MAX_IMAGES_PER_ITEM = 100;
