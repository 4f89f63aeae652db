/* SPDX-License-Identifier: MIT */

/* Occupancy as ROS's map_server reads it: YAML and PGM, row 0 of the picture at the largest y. */

#include "space/map_files.h"

void eai_map_write_ros_yaml(eai_writer *w, const eai_map_content *content, const char *image)
{
    const eai_map_grid *grid = &content->grid;
    eai_write(w, "image: ");
    eai_write_json_string(w, image); /* YAML takes a JSON string as it is */
    eai_write(w, "\nresolution: ");
    eai_write_exact(w, grid->cell_m);
    eai_write(w, "\norigin: [");
    eai_write_exact(w, grid->x0);
    eai_write(w, ", ");
    eai_write_exact(w, grid->y0);
    eai_write(w, ", 0]\nnegate: 0\noccupied_thresh: 0.65\nfree_thresh: 0.196\nmode: trinary\n");
}

/* What map_saver writes: black, almost white, and a grey between the thresholds. */
static unsigned char pixel_of(uint8_t cell)
{
    return cell == EAI_CELL_OCCUPIED ? 0 : cell == EAI_CELL_FREE ? 254 : 205;
}

void eai_map_write_ros_pgm(eai_writer *w, const eai_map_content *content)
{
    const eai_map_grid *grid = &content->grid;
    eai_write(w, "P5\n%d %d\n255\n", grid->width, grid->height);
    for (int row = grid->height - 1; row >= 0; row--) {
        const uint8_t *cells = grid->cells + (size_t)row * (size_t)grid->width;
        for (int i = 0; i < grid->width; i++) {
            const char pixel = (char)pixel_of(cells[i]);
            eai_write_bytes(w, &pixel, 1);
        }
    }
}
