/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "space/map_internal.h"
#include "platform/context_internal.h"
#include "support/house_score.h"
int main(int argc, char **argv)
{
    static house_world world; static house_walk walk;
    if(!house_world_read(&world)) return 1;
    edgeai_context *c; edgeai_context_create(&c,NULL);
    house_walk_options o=house_walk_defaults();
    int verbose=0; edgeai_map_options mo=EDGEAI_MAP_OPTIONS_INIT;
    for(int i=1;i<argc;i++){ 
        if(!strcmp(argv[i],"-v")) verbose=1;
        if(!strcmp(argv[i],"-m")) o.masks=true;
        if(!strcmp(argv[i],"-k")) mo.keep_frame=true;
        if(!strncmp(argv[i],"-s",2)) o.seed=atoi(argv[i]+2);
        if(!strncmp(argv[i],"-w",2)) {o.width=atoi(argv[i]+2);o.height=o.width*3/4;}
        if(!strncmp(argv[i],"-f",2)) o.frames_per_room=atoi(argv[i]+2);
        if(!strncmp(argv[i],"-r",2)) for(int r=0;r<16;r++) o.rooms[r]=r==atoi(argv[i]+2);
        if(!strncmp(argv[i],"-z",2)) {o.depth_noise=o.pose_m=o.pose_rad=o.holes=o.misses=o.false_alarms=o.jitter=o.confusions=0;}
    }
    house_walk_begin(&walk,&world,&o);
    edgeai_map *m; if(edgeai_map_create(&m,c,&mo)) return puts(edgeai_last_error()),1;
    double t_add=0,t0=eai_clock_ms();
    while(house_walk_next(&walk)){ double t=eai_clock_ms(); if(edgeai_map_add(m,&walk.frame)) return puts(edgeai_last_error()),1; t_add+=eai_clock_ms()-t;}
    double t1=eai_clock_ms(); if(edgeai_map_update(m)) return puts(edgeai_last_error()),1; double t2=eai_clock_ms();
    house_score s; house_score_map(&s,&m->content,&walk,&c->allocator,verbose);
    edgeai_map_summary u; edgeai_map_summarize(m,&u);
    printf("frames %d true %d found %d P %.3f R %.3f F1 %.3f joint %.3f | centroid %.3f p90 %.3f extent %.3f iou25 %.2f iou50 %.2f | count %.3f class %.3f | area %+.3f obs %.2f | dets %zu nodepth %zu dup %zu cand %zu ghosts %zu req %zu floor %d mem %.1f MB | render %.0f add %.0f update %.0f ms\n",walk.n_frames,s.n_true,s.n_found,s.precision,s.recall,s.f1,s.joint_f1,s.centroid_median_m,s.centroid_p90_m,s.extent_median_m,s.iou25,s.iou50,s.count_error,s.class_count_error,s.area_error,u.room_observed,u.n_detections,u.n_without_depth,u.n_duplicates,u.n_candidates,u.n_ghosts,u.n_requests,u.floor_found,edgeai_map_memory(m)/1e6,t1-t0-t_add,t_add,t2-t1);
    edgeai_map_free(m); house_walk_free(&walk); edgeai_context_free(c);
}
