/* SPDX-License-Identifier: MIT */
/* edgeai-map eval: an estimated trajectory against the true one. */

#include <math.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/exit_code.h"
#include "common/json_out.h"
#include "map/map_tool.h"

/* A trajectory file, or a recording with poses. */
static edgeai_status open_poses(const map_settings *settings, edgeai_context *context,
                                const char *path, edgeai_trajectory **out)
{
    struct stat info;
    *out = NULL;
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
        return edgeai_trajectory_open(out, context, path);
    edgeai_recording *recording;
    edgeai_status status = map_open_recording(settings, context, path, &recording);
    if (status != EDGEAI_OK) return status;
    status = edgeai_trajectory_of_recording(out, recording);
    edgeai_recording_free(recording);
    return status;
}

static void errors_json(cJSON *root, const edgeai_trajectory_errors *errors)
{
    cJSON_AddNumberToObject(root, "n_pairs", (double)errors->n_pairs);
    json_add_real(root, "scale", errors->scale, 6);
    json_add_real(root, "ate_rmse_m", errors->ate_rmse_m, 6);
    json_add_real(root, "ate_median_m", errors->ate_median_m, 6);
    json_add_real(root, "ate_max_m", errors->ate_max_m, 6);
    const bool has_steps = errors->n_steps > 0;
    cJSON_AddNumberToObject(root, "n_steps", (double)errors->n_steps);
    json_add_real(root, "rpe_rmse_m", has_steps ? errors->rpe_rmse_m : NAN, 6);
    json_add_real(root, "rpe_median_m", has_steps ? errors->rpe_median_m : NAN, 6);
    json_add_real(root, "rpe_rmse_rad", has_steps ? errors->rpe_rmse_rad : NAN, 6);
    json_add_real(root, "rpe_median_rad", has_steps ? errors->rpe_median_rad : NAN, 6);
}

static bool print(const map_settings *settings, char **operands,
                  const edgeai_trajectory_errors *errors)
{
    static const char *const fits[] = {"rigid", "similar", "none"};
    if (settings->as_json) {
        cJSON *root = json_begin("edgeai-map-eval/1");
        json_add_text(root, "estimate", operands[0]);
        json_add_text(root, "truth", operands[1]);
        json_add_text(root, "fit", fits[settings->fit]);
        errors_json(root, errors);
        const bool is_ok = json_print(root, stdout);
        cJSON_Delete(root);
        return is_ok;
    }
    const double degree = acos(-1) / 180;
    printf("pairs     %zu\n", errors->n_pairs);
    printf("scale     %.5f\n", errors->scale);
    printf("ATE       rmse %.6f m, median %.6f m, max %.6f m\n", errors->ate_rmse_m,
           errors->ate_median_m, errors->ate_max_m);
    if (errors->n_steps)
        printf("RPE       rmse %.6f m, median %.6f m; rmse %.4f deg, median %.4f deg\n",
               errors->rpe_rmse_m, errors->rpe_median_m, errors->rpe_rmse_rad / degree,
               errors->rpe_median_rad / degree);
    return fflush(stdout) == 0 && !ferror(stdout);
}

static int run(const map_settings *settings, edgeai_context *context, char **operands,
               int n_operands)
{
    (void)n_operands;
    edgeai_trajectory *estimate = NULL, *truth = NULL;
    edgeai_trajectory_errors errors;
    edgeai_trajectory_options options = EDGEAI_TRAJECTORY_OPTIONS_INIT;
    options.fit = (edgeai_trajectory_fit)settings->fit;
    options.by_index = settings->by_index;
    options.pair_s = settings->pair_s;
    options.delta = (size_t)settings->delta;
    edgeai_status status = open_poses(settings, context, operands[0], &estimate);
    if (status == EDGEAI_OK) status = open_poses(settings, context, operands[1], &truth);
    if (status == EDGEAI_OK) status = edgeai_trajectory_compare(estimate, truth, &options, &errors);
    int code = status == EDGEAI_OK ? EXIT_CODE_OK : map_fail(settings, status);
    if (code == EXIT_CODE_OK && !print(settings, operands, &errors)) {
        fprintf(stderr, "%s: cannot write the result\n", settings->program->name);
        code = EXIT_CODE_RUN;
    }
    edgeai_trajectory_free(estimate);
    edgeai_trajectory_free(truth);
    return code;
}

const map_command map_eval = {"eval", "ESTIMATE TRUTH", 2, 2, run};
