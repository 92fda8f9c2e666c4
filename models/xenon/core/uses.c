/* STAND-IN while the table is made */
#include "models/xenon/core/uses.h"
#include "models/xenon/isa/ops_branch.h"
#include <string.h>
static void put(uint8_t *set, unsigned max, uint8_t none, uint8_t r){ for(unsigned i=0;i<max;i++) if(set[i]==none){set[i]=r;return;} }
struct xenon_uses xenon_uses_of(const struct xenon_insn *in)
{
    struct xenon_uses u; memset(&u,0,sizeof u);
    memset(u.address,XENON_R_ZERO,2); memset(u.reads,XENON_R_ZERO,4); memset(u.writes,XENON_R_SINK,3);
    const struct xenon_op_info *info=&xenon_op_info[in->op];
    bool store=info->group==XENON_STORE||(info->group>=XENON_VMX&&!strncmp(info->mnemonic,"st",2));
    bool load=info->group==XENON_LOAD||(info->group>=XENON_VMX&&!strncmp(info->mnemonic,"lv",2)&&strncmp(info->mnemonic,"lvs",3));
    u.class = info->group==XENON_INT?XENON_CLASS_fx:info->group==XENON_BRANCH?XENON_CLASS_branch:load?XENON_CLASS_load:store?XENON_CLASS_store:info->group==XENON_SYSTEM?XENON_CLASS_spr_read:info->group==XENON_FP?XENON_CLASS_fp:XENON_CLASS_vmx_simple;
    for(unsigned i=0;i<info->operands;i++){
        const struct xenon_operand_info *o=&xenon_operand_info[info->operand[i]];
        int64_t v=xenon_operand_get(info->operand[i],in->word);
        int r=o->kind==XENON_GPR?(int)v:o->kind==XENON_GPR0?(v?(int)v:XENON_R_ZERO):o->kind==XENON_FPR?XENON_R_FPR+(int)v:o->kind==XENON_VR?XENON_R_VR+(int)v:o->kind==XENON_CRF?XENON_R_CR+(int)v:o->kind==XENON_CRB?XENON_R_CR+(int)v/4:-1;
        if(r<0) continue;
        bool w=i==0&&!store&&info->group!=XENON_BRANCH&&strncmp(info->mnemonic,"mt",2);
        if(w) put(u.writes,3,XENON_R_SINK,(uint8_t)r);
        else if((load||store)&&o->kind<=XENON_GPR0&&i>0) put(u.address,2,XENON_R_ZERO,(uint8_t)r);
        else put(u.reads,4,XENON_R_ZERO,(uint8_t)r);
    }
    if(info->group==XENON_INT && info->mnemonic[0]=='c'&&info->mnemonic[1]=='m'){u.class=XENON_CLASS_fx_compare;u.writes[0]=(uint8_t)(XENON_R_CR+in->d);}
    if(in->op==XENON_OP_BC){u.reads[0]=in->d&XENON_BO_ANY?XENON_R_ZERO:(uint8_t)(XENON_R_CR+in->a/4);}
    if(in->op==XENON_OP_MULLW)u.class=XENON_CLASS_fx_mulw;
    size_t n=strlen(info->mnemonic);
    if((load||store)&&(strstr(info->mnemonic,"u")&&(info->mnemonic[n-1]=='u'||(n>1&&info->mnemonic[n-2]=='u')))){u.flags|=XENON_USES_UPDATE;u.writes[0]==XENON_R_SINK?(void)(u.writes[1]=in->a):(void)(u.writes[1]=in->a);}
    if(in->flags&XENON_RC&&info->group==XENON_INT){u.flags|=XENON_USES_RECORD|XENON_USES_CR;put(u.writes,3,XENON_R_SINK,XENON_R_CR);}
    return u;
}
