/* The set of metrics, the catalog, and the resolution of names to kinds. */
#include "unit.h"

#include "thresh/metric.h"

#include <stdio.h>
#include <string.h>

static thresh_set *set;
static thresh_catalog *catalog;

static int set_up(void **state)
{
    (void)state;
    return thresh_set_new(&set) == THRESH_OK && thresh_catalog_new(&catalog) == THRESH_OK ? 0 : 1;
}

static int tear_down(void **state)
{
    (void)state;
    thresh_set_free(set);
    thresh_catalog_free(catalog);
    return 0;
}

static void put(const char *scope, const char *name, double value)
{
    thresh_metric m = { .scope = scope, .name = name, .value = value };

    assert_int_equal(thresh_set_add(set, &m, NULL), THRESH_OK);
}

static void the_same_again_replaces(void **state)
{
    thresh_metric m = { .scope = "a", .name = "acc", .value = 1 };
    bool existed;

    (void)state;
    put("a", "acc", 0.5);
    m.value = 0.5;
    assert_int_equal(thresh_set_add(set, &m, &existed), THRESH_OK);
    assert_true(existed);
    assert_false(thresh_set_find(set, "a", "acc")->conflicting);
    m.value = 0.6;
    assert_int_equal(thresh_set_add(set, &m, &existed), THRESH_OK);
    assert_true(thresh_set_find(set, "a", "acc")->conflicting);
    assert_true(thresh_set_find(set, "a", "acc")->value == 0.6);
    m.value = 0.6; /* a third that agrees with the second does not make it right */
    assert_int_equal(thresh_set_add(set, &m, &existed), THRESH_OK);
    assert_true(thresh_set_find(set, "a", "acc")->conflicting);
    assert_int_equal(thresh_set_count(set), 1);
}

static void scope_and_name_are_apart(void **state)
{
    (void)state;
    put("a", "bc", 1);
    put("ab", "c", 2);
    assert_int_equal(thresh_set_count(set), 2);
    assert_true(thresh_set_find(set, "ab", "c")->value == 2);
    assert_null(thresh_set_find(set, "", "abc"));
}

static void texts_are_copied(void **state)
{
    char scope[] = "scope", name[] = "name", text[] = "n/a", unit[] = "ms";
    thresh_metric m = {
        .scope = scope, .name = name, .text = text, .unit = unit, .state = THRESH_VALUE_TEXT
    };

    (void)state;
    assert_int_equal(thresh_set_add(set, &m, NULL), THRESH_OK);
    scope[0] = name[0] = text[0] = unit[0] = 'X';
    const thresh_metric *kept = thresh_set_find(set, "scope", "name");
    assert_non_null(kept);
    assert_string_equal(kept->text, "n/a");
    assert_string_equal(kept->unit, "ms");
}

static void many(void **state)
{
    enum { MANY = 100000 };
    char scope[32];

    (void)state;
    for (int i = 0; i < MANY; i++) {
        snprintf(scope, sizeof scope, "s%d", i);
        put(scope, i % 2 ? "acc" : "f1", i);
    }
    assert_int_equal(thresh_set_count(set), MANY);
    for (int i = 0; i < MANY; i += 99) {
        snprintf(scope, sizeof scope, "s%d", i);
        assert_true(thresh_set_find(set, scope, i % 2 ? "acc" : "f1")->value == i);
        assert_null(thresh_set_find(set, scope, i % 2 ? "f1" : "acc"));
        assert_string_equal(thresh_set_at(set, (size_t)i)->scope, scope);
    }
}

static void wholes(void **state)
{
    (void)state;
    put("", "acc", 1);
    put("a/b/c", "acc", 2);
    put("a/b/c", "f1", 3);
    put("mmlu", "acc", 4);
    put("mmlu_law", "acc", 5);
    put("x", "only", 6);
    assert_int_equal(thresh_set_nest(set, "mmlu_law", "mmlu"), THRESH_OK);
    assert_string_equal(thresh_set_whole(set, thresh_set_find(set, "a/b/c", "acc"))->scope, "");
    assert_null(thresh_set_whole(set, thresh_set_find(set, "a/b/c", "f1")));
    assert_string_equal(thresh_set_whole(set, thresh_set_find(set, "mmlu_law", "acc"))->scope,
                        "mmlu");
    assert_null(thresh_set_whole(set, thresh_set_find(set, "", "acc")));
    assert_null(thresh_set_whole(set, thresh_set_find(set, "x", "only")));
}

static void groups_in_a_circle_end(void **state)
{
    (void)state;
    put("a", "acc", 1);
    thresh_set_nest(set, "a", "b");
    thresh_set_nest(set, "b", "c");
    thresh_set_nest(set, "c", "b");
    assert_null(thresh_set_whole(set, thresh_set_find(set, "a", "acc")));
}

static void annotations(void **state)
{
    double error = 0.01, n = 500;

    (void)state;
    put("", "acc", 1);
    assert_int_equal(thresh_set_annotate(set, "", "acc", &error, NULL), THRESH_OK);
    assert_int_equal(thresh_set_annotate(set, "", "acc", NULL, &n), THRESH_OK);
    assert_int_equal(thresh_set_annotate(set, "", "nothing", NULL, &n), THRESH_ENOENT);
    const thresh_metric *m = thresh_set_find(set, "", "acc");
    assert_true(m->has_stderr && m->stderr_value == 0.01 && m->has_n && m->n == 500);
}

/* Names as tools and people write them; NULL: of no known kind. */
static const struct {
    const char *name, *kind;
} names[] = {
    /* lm-evaluation-harness */
    { "acc", "accuracy" },
    { "acc,none", "accuracy" },
    { "acc_norm,none", "accuracy" },
    { "exact_match,strict-match", "exact_match" },
    { "exact_match,flexible-extract", "exact_match" },
    { "word_perplexity,none", "perplexity" },
    { "byte_perplexity", "perplexity" },
    { "bits_per_byte,none", "bits_per_byte" },
    { "mcc,none", "mcc" },
    { "ppl", "perplexity" },
    { "em", "exact_match" },
    { "multiple_choice_grade", "accuracy" },
    { "rouge1,none", "rouge" },
    { "bleu,none", "bleu" },
    { "pass@1", "pass_at_k" },
    { "likelihood_diff", NULL },
    { "prompt_level_strict_acc,none", "accuracy" },
    { "llm_judge,none", "judge_score" },
    { "bert_score,none", "bertscore" },
    /* Hugging Face Trainer and evaluate */
    { "eval_accuracy", "accuracy" },
    { "eval_loss", "loss" },
    { "eval_f1", "f1" },
    { "eval_wer", "wer" },
    { "eval_runtime", "evaluation_time" },
    { "eval_samples_per_second", "evaluation_time" },
    { "eval_steps_per_second", "evaluation_time" },
    { "train_loss", "training" },
    { "train_accuracy", "training" },
    { "train_runtime", "training" },
    { "total_flos", "training" },
    { "epoch", "epoch" },
    { "test_bleu", "bleu" },
    { "test_gen_len", "count" },
    { "predict_rouge1", "rouge" },
    { "learning_rate", "training" },
    { "grad_norm", "training" },
    /* scikit-learn */
    { "f1-score", "f1" },
    { "precision", "precision" },
    { "recall", "recall" },
    { "support", "count" },
    { "accuracy_score", "accuracy" },
    { "balanced_accuracy_score", "balanced_accuracy" },
    { "roc_auc_score", "auc" },
    { "log_loss", "loss" },
    { "mean_squared_error", "mse" },
    { "r2_score", "r2" },
    { "matthews_corrcoef", "mcc" },
    { "cohen_kappa_score", "kappa" },
    { "brier_score_loss", "calibration_error" },
    { "average_precision_score", "pr_auc" },
    { "zero_one_loss", "error_rate" },
    { "hamming_loss", "error_rate" },
    /* torchmetrics, Keras, timm */
    { "MulticlassAccuracy", NULL },
    { "val_acc", "accuracy" },
    { "val_loss", "loss" },
    { "top1", "accuracy" },
    { "top5", "top5" },
    { "top_5_accuracy", "top5" },
    { "acc@1", "accuracy" },
    { "acc@5", "top5" },
    { "sparse_categorical_accuracy", "accuracy" },
    { "BinaryAUROC", NULL },
    { "auroc", "auc" },
    { "jaccard_index", "iou" },
    { "Top-1", "accuracy" },
    { "Top-5 Accuracy", "top5" },
    { "accuracy@top1", "accuracy" },
    /* COCO, Ultralytics, detection */
    { "mAP", "map_detection" },
    { "map", "map" },
    { "MAP", "map" },
    { "mAP@0.5", "map_detection" },
    { "mAP@[0.5:0.95]", "map_detection" },
    { "AP50", "map_detection" },
    { "metrics/mAP50-95(B)", "map_detection" },
    { "metrics/precision(B)", "precision" },
    { "bbox_mAP_50", "map_detection" },
    { "mIoU", "iou" },
    /* retrieval */
    { "ndcg@10", "ndcg" },
    { "NDCG@10", "ndcg" },
    { "ndcg_cut_10", "ndcg" },
    { "ndcg_at_10", "ndcg" },
    { "nDCG", "ndcg" },
    { "recip_rank", "mrr" },
    { "mrr@10", "mrr" },
    { "MRR", "mrr" },
    { "P_5", "precision_at_k" },
    { "P@10", "precision_at_k" },
    { "recall_at_100", "recall_at_k" },
    { "recall@1000", "recall_at_k" },
    { "R@1", "recall_at_k" },
    { "map_at_10", "map" },
    { "bpref", "bpref" },
    { "num_q", "count" },
    { "hits@3", "recall_at_k" },
    /* translation, speech */
    { "BLEU", "bleu" },
    { "sacrebleu", "bleu" },
    { "chrF2++", "chrf" },
    { "chrF", "chrf" },
    { "TER", "ter" },
    { "comet", "comet" },
    { "ROUGE-L", "rouge" },
    { "rougeLsum", "rouge" },
    { "meteor", "meteor" },
    { "wer", "wer" },
    { "WER", "wer" },
    { "cer", "cer" },
    { "mer", "wer" },
    { "word_error_rate", "wer" },
    /* latency, throughput, size */
    { "p99_ttft_ms", "ttft" },
    { "mean_itl_ms", "tpot" },
    { "median_tpot_ms", "tpot" },
    { "request_throughput", "throughput" },
    { "output_throughput", "throughput" },
    { "latency_p99_ms", "latency_p99" },
    { "p95_latency", "latency_p95" },
    { "latency_ms", "latency" },
    { "inference_time_s", "latency" },
    { "p(95)", "latency_p95" },
    { "real_time", "latency" },
    { "tokens_per_second", "throughput" },
    { "qps", "throughput" },
    { "99.00 percentile latency", "latency_p99" },
    { "model_size_mb", "model_size" },
    { "peak_memory_mb", "memory" },
    { "params", "parameters" },
    { "gpu_memory_gib", "memory" },
    { "cost_per_1k_tokens", "cost" },
    { "energy", "energy" },
    { "decoder_bytes", "bytes" },
    { "http_req_failed", "error_rate" },
    /* people */
    { "\xE5\x87\x86\xE7\xA1\xAE\xE7\x8E\x87", "accuracy" },                 /* 准确率 */
    { "\xE5\x9B\xB0\xE6\x83\x91\xE5\xBA\xA6", "perplexity" },               /* 困惑度 */
    { "\xE4\xBA\xBA\xE5\xB7\xA5\xE8\xAF\x84\xE5\x88\x86", "human_rating" }, /* 人工评分 */
    { "\xE5\xBB\xB6\xE8\xBF\x9F", "latency" },                              /* 延迟 */
    { "\xE5\xBB\xB6", NULL },
    { "\xE5\xBB\xB6\xE8\xBF\x9F_ms", "latency" },
    { "\xE7\x82\xB9\xE5\x87\xBB\xE7\x8E\x87", "ctr" },                   /* 点击率 */
    { "\xE8\xBD\xAC\xE5\x8C\x96\xE7\x8E\x87", "conversion" },            /* 转化率 */
    { "\xE6\xBB\xA1\xE6\x84\x8F\xE5\xBA\xA6", "satisfaction" },          /* 满意度 */
    { "\xE7\x94\xA8\xE6\x88\xB7\xE7\x95\x99\xE5\xAD\x98", "retention" }, /* 用户留存 */
    { "intent_accuracy", "accuracy" },
    { "click_through_rate", "ctr" },
    { "CTR", "ctr" },
    { "human rating", "human_rating" },
    { "single_turn_resolution", "resolution_rate" },
    { "satisfaction", "satisfaction" },
    { "bounce_rate", "churn" },
    /* nothing */
    { "foo", NULL },
    { "", NULL },
    { "_", NULL },
    { "@10", NULL },
    { "temperature", NULL },
    { "accuracyy", NULL },
    { "_acc", "accuracy" },
    { "seed", "count" },
    { "std_ttft_ms", "spread" },
};

static void names_resolve(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        const thresh_kind *kind = thresh_catalog_resolve(catalog, names[i].name).kind;
        const char *got = kind == NULL ? "nothing" : kind->name;
        const char *wanted = names[i].kind == NULL ? "nothing" : names[i].kind;
        if (strcmp(got, wanted) != 0)
            fail_msg("'%s' resolves to %s, not to %s", names[i].name, got, wanted);
    }
}

static void units_of_names(void **state)
{
    (void)state;
    assert_string_equal(thresh_catalog_resolve(catalog, "latency_p99_ms").unit, "ms");
    assert_string_equal(thresh_catalog_resolve(catalog, "inference_time_s").unit, "s");
    assert_string_equal(thresh_catalog_resolve(catalog, "peak_memory_GB").unit, "GB");
    assert_null(thresh_catalog_resolve(catalog, "latency").unit);
    assert_null(thresh_catalog_resolve(catalog, "accuracy").unit);
}

static void long_names_are_of_no_kind(void **state)
{
    char name[2000];

    (void)state;
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_null(thresh_catalog_resolve(catalog, name).kind);
    memcpy(name + sizeof name - 5, "_acc", 4);
    assert_null(thresh_catalog_resolve(catalog, name).kind);
}

static void the_catalog_is_whole(void **state)
{
    size_t judged = 0, families[THRESH_FAMILIES] = { 0 };

    (void)state;
    for (size_t i = 0; i < thresh_catalog_count(catalog); i++) {
        const thresh_kind *k = thresh_catalog_at(catalog, i);

        assert_ptr_equal(thresh_catalog_resolve(catalog, k->name).kind, k);
        if (k->informational)
            continue;
        judged++;
        families[k->family]++;
        assert_true(k->accept.unit == k->tolerate.unit && k->accept.unit != THRESH_LIMIT_NONE);
        assert_true(k->accept.value <= k->tolerate.value && k->tolerate.value > 0);
    }
    assert_true(judged >= 60);
    for (int f = 0; f < THRESH_FAMILIES; f++)
        if (families[f] == 0)
            fail_msg("no kind in the family %s", thresh_family_name((thresh_family)f));
}

/* The figures of the design's section 4. */
static void ranges_of_the_catalog(void **state)
{
    static const struct {
        const char *kind;
        thresh_direction direction;
        thresh_limit_unit unit;
        double accept, tolerate;
    } rows[] = {
        { "accuracy", THRESH_HIGHER, THRESH_LIMIT_PP, 0.01, 0.03 },
        { "f1", THRESH_HIGHER, THRESH_LIMIT_PP, 0.02, 0.04 },
        { "auc", THRESH_HIGHER, THRESH_LIMIT_OWN, 0.01, 0.03 },
        { "top5", THRESH_HIGHER, THRESH_LIMIT_PP, 0.01, 0.02 },
        { "perplexity", THRESH_LOWER, THRESH_LIMIT_PERCENT, 0.1, 0.2 },
        { "bleu", THRESH_HIGHER, THRESH_LIMIT_POINTS, 2, 5 },
        { "rouge", THRESH_HIGHER, THRESH_LIMIT_PP, 0.01, 0.03 },
        { "ndcg", THRESH_HIGHER, THRESH_LIMIT_PERCENT, 0.02, 0.04 },
        { "mrr", THRESH_HIGHER, THRESH_LIMIT_PERCENT, 0.03, 0.05 },
        { "map", THRESH_HIGHER, THRESH_LIMIT_PERCENT, 0.02, 0.04 },
        { "ctr", THRESH_HIGHER, THRESH_LIMIT_PERCENT, 0.01, 0.02 },
        { "latency", THRESH_LOWER, THRESH_LIMIT_PERCENT, 0.1, 0.2 },
        { "latency_p99", THRESH_LOWER, THRESH_LIMIT_PERCENT, 0.1, 0.2 },
        { "error_rate", THRESH_LOWER, THRESH_LIMIT_PP, 0.005, 0.01 },
        { "wer", THRESH_LOWER, THRESH_LIMIT_PP, 0.005, 0.01 },
        { "human_rating", THRESH_HIGHER, THRESH_LIMIT_OWN, 0.3, 0.5 },
        { "throughput", THRESH_HIGHER, THRESH_LIMIT_PERCENT, 0.1, 0.2 },
        { "loss", THRESH_LOWER, THRESH_LIMIT_PERCENT, 0.02, 0.05 },
        { "model_size", THRESH_LOWER, THRESH_LIMIT_PERCENT, 0, 0.1 },
        { "memory", THRESH_LOWER, THRESH_LIMIT_PERCENT, 0, 0.1 },
        { "cost", THRESH_LOWER, THRESH_LIMIT_PERCENT, 0, 0.1 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const thresh_kind *k = thresh_catalog_resolve(catalog, rows[i].kind).kind;

        assert_string_equal(k->name, rows[i].kind);
        assert_int_equal(k->direction, rows[i].direction);
        assert_int_equal(k->accept.unit, rows[i].unit);
        if (k->accept.value != rows[i].accept || k->tolerate.value != rows[i].tolerate)
            fail_msg("%s: %.17g / %.17g", k->name, k->accept.value, k->tolerate.value);
    }
}

static void nearest_names(void **state)
{
    (void)state;
    assert_string_equal(thresh_catalog_nearest(catalog, "acuracy"), "accuracy");
    assert_string_equal(thresh_catalog_nearest(catalog, "ndgc@10"), "ndcg");
    assert_null(thresh_catalog_nearest(catalog, "zqxwvu"));
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(the_same_again_replaces),
        WITH(scope_and_name_are_apart),
        WITH(texts_are_copied),
        WITH(many),
        WITH(wholes),
        WITH(groups_in_a_circle_end),
        WITH(annotations),
        WITH(names_resolve),
        WITH(units_of_names),
        WITH(long_names_are_of_no_kind),
        WITH(the_catalog_is_whole),
        WITH(ranges_of_the_catalog),
        WITH(nearest_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
